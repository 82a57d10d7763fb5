import type { Part } from '@patchbay/core'
import { changeFile, changeRevision, moveRevision, removeFurtherFile, removeRevision } from './actions.ts'
import { answers } from './answers.ts'
import { fileRoutes, playerRoutes } from './routes.ts'
import { revisionList } from './write-queries.ts'

export const player: Part = {
  actions: [changeRevision, moveRevision, removeRevision, changeFile, removeFurtherFile],
  lists: [revisionList],
  answers,
  live: { 'mixes.filed': 'mixes.read', 'mixes.analysed': 'mixes.read', 'mixes.files-changed': 'mixes.read' },
  staff(app) {
    playerRoutes(app)
    fileRoutes(app)
  }
}
