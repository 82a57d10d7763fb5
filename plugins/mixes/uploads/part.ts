import type { Part } from '@patchbay/core'
import { dismissUpload, proposePlaces, receiveUpload, startUpload } from './actions.ts'
import { fileUploads, sweepWorkshop } from './filing.ts'
import { uploadRoutes } from './routes.ts'

/** How files come in: sent in pieces, proven, filed. */
export const uploads: Part = {
  actions: [startUpload, receiveUpload, dismissUpload, proposePlaces],
  jobs: {
    'file-uploads': { every: '*/5 * * * *', after: ['mixes.received'], apart: true, run: fileUploads },
    'sweep-workshop': { every: '17 3 * * *', days: 14, apart: true, run: sweepWorkshop }
  },
  live: { 'mixes.received': 'mixes.read', 'mixes.filed': 'mixes.read', 'mixes.refused': 'mixes.read' },
  staff: uploadRoutes
}
