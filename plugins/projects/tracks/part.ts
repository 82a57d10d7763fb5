import type { Part } from '@patchbay/core'
import {
  addTracksAction,
  changeSheetAction,
  changeTrackAction,
  moveTrackAction,
  removeTrackAction,
  setTrackStatus,
  setTrackStatuses
} from './actions.ts'
import { answers } from './answers.ts'
import {
  addIsrcRoot,
  archiveIsrcRoot,
  assignIsrc,
  assignIsrcs,
  changeIsrcRoot,
  restoreIsrcRoot,
  setIsrcCounter
} from './isrc-actions.ts'
import { codeList } from './isrc-queries.ts'
import { isrcRoutes } from './isrc-routes.ts'
import { trackList } from './list.ts'
import { trackRoutes } from './routes.ts'

/** Titles of a project: their order, what is known of each, their codes, and what their masters have to be. */
export const tracks: Part = {
  actions: [
    addTracksAction,
    changeTrackAction,
    setTrackStatus,
    setTrackStatuses,
    moveTrackAction,
    removeTrackAction,
    changeSheetAction,
    assignIsrc,
    assignIsrcs,
    addIsrcRoot,
    changeIsrcRoot,
    archiveIsrcRoot,
    restoreIsrcRoot,
    setIsrcCounter
  ],
  lists: [trackList, codeList],
  live: { 'projects.tracks-changed': 'projects.read', 'projects.track-changed': 'projects.read' },
  answers,
  async staff(app) {
    isrcRoutes(app)
    trackRoutes(app)
  }
}
