import { action, fields, form, notFound } from '@patchbay/core'
import { waitAgain } from './queries.ts'

/** Lets a file be measured anew: one that could not be read, or whose listening copy failed. */
export const analyseAgain = action({
  name: 'mixes.analyse',
  permission: 'mixes.write',
  input: form({ id: fields.id() }),
  async run({ db, tell }, { id }) {
    const again = await waitAgain(db, id)
    if (!again) throw notFound()
    const { project_id, track_id } = again
    if (project_id !== null) tell('mixes.files-changed', { project_id, track_id })
    return { audio_id: id, track_id }
  },
  about: ({ audio_id, track_id }) => ({ audio: audio_id, track: track_id })
})
