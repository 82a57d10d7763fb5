import { definePlugin, ofParts } from '@patchbay/core'
import { MixEnv } from './analysis/env.ts'
import { analysis } from './analysis/part.ts'
import { comments } from './comments/part.ts'
import { links } from './links/part.ts'
import { player } from './player/part.ts'
import { reviews } from './reviews/part.ts'
import { MixSettings } from './settings.ts'
import { uploads } from './uploads/part.ts'
import { seed } from './seed.ts'

const parts = [uploads, analysis, player, comments, reviews, links]

/** The music: files as they come, what they measure, how they are heard, what is said of them, and who approved. */
export const mixes = definePlugin({
  id: 'mixes',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'projects'],
  permissions: {
    'mixes.read': ['manager', 'engineer', 'assistant'],
    'mixes.upload': ['manager', 'engineer', 'assistant'],
    'mixes.write': ['manager', 'engineer'],
    'mixes.comment': ['manager', 'engineer', 'assistant'],
    'mixes.review': ['manager', 'engineer'],
    'mixes.share': ['manager', 'engineer'],
    'mixes.listen': ['visitor']
  },
  settings: MixSettings,
  env: MixEnv,
  sealedIn: [{ table: 'share_links', column: 'token_sealed', name: 'link:{id}' }],
  under: 'projects',
  commands: [
    { key: 'reviews', path: '', icon: 'headphones', permission: 'mixes.read' },
    { key: 'analysis', path: '/analysis', icon: 'gauge', permission: 'mixes.read' },
    { key: 'links', path: '/links', icon: 'share-2', permission: 'mixes.share' }
  ],
  ...ofParts(parts),
  seed
})
