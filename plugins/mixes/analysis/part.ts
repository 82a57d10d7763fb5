import type { Part } from '@patchbay/core'
import { analyseAgain } from './actions.ts'
import { answers } from './answers.ts'
import { analyseWaiting } from './job.ts'
import { analysisRoutes } from './routes.ts'

export const analysis: Part = {
  actions: [analyseAgain],
  answers,
  jobs: {
    /** Measures what was filed, and makes the copies to listen to. */
    analyse: {
      every: '*/5 * * * *',
      after: ['mixes.filed', 'mixes.files-changed'],
      apart: true,
      run: analyseWaiting
    }
  },
  staff: analysisRoutes
}
