import { definePlugin, ofParts } from '@patchbay/core'
import { project } from './project-part.ts'
import { seed } from './seed.ts'
import { tracks } from './tracks/part.ts'

const parts = [project, tracks]

/** Productions: albums, singles, soundtracks; their people, tasks, sessions and tracks. */
export const projects = definePlugin({
  id: 'projects',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions'],
  permissions: {
    'projects.read': ['manager', 'engineer', 'assistant'],
    'projects.write': ['manager', 'engineer'],
    'projects.tasks': ['manager', 'engineer', 'assistant'],
    'projects.budget': ['manager'],
    'projects.isrc': ['manager', 'engineer']
  },
  nav: [{ key: 'projects', path: '', icon: 'disc-3', permission: 'projects.read', order: 30 }],
  commands: [
    { key: 'new', path: '/new', icon: 'disc-3', permission: 'projects.write' },
    { key: 'board', path: '/board', icon: 'square-kanban', permission: 'projects.read' },
    { key: 'tasks', path: '/tasks', icon: 'list-checks', permission: 'projects.read' },
    { key: 'templates', path: '/templates', icon: 'copy', permission: 'projects.write' },
    { key: 'isrc', path: '/isrc', icon: 'barcode', permission: 'projects.isrc' }
  ],
  ...ofParts(parts),
  seed
})
