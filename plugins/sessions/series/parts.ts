import { cancelAll, confirmAll, releaseAll } from './all-actions.ts'
import { changeSeries } from './change-actions.ts'
import { addDay, bookDays } from './days-actions.ts'
import { bookSeries } from './series-actions.ts'
import { addTemplateAction, changeTemplateAction, removeTemplateAction } from './template-actions.ts'

/** What this part gives to the plugin. */
export const seriesActions = [
  bookDays,
  addDay,
  bookSeries,
  changeSeries,
  confirmAll,
  releaseAll,
  cancelAll,
  addTemplateAction,
  changeTemplateAction,
  removeTemplateAction
]

export const seriesLive = {
  'sessions.planned': 'sessions.read',
  'sessions.replanned': 'sessions.read',
  'sessions.called-off': 'sessions.read'
} as const
