import { fields, form } from '@patchbay/core'
import { fileKinds, revisionStates, versions } from '../contract.ts'

/** What changed in a revision. */
export const RevisionNoteForm = form({ id: fields.id(), note: fields.optionalText(2000) })

/** Where a revision that was filed wrongly belongs; without a track, to the one it is of. */
export const MoveRevisionForm = form({
  id: fields.id(),
  track_id: fields.optionalId(),
  version: fields.choice(...versions)
})

export const RevisionIdForm = form({ id: fields.id() })

/** What a further file is; without a track it is the project's. */
export const FurtherFileForm = form({
  id: fields.id(),
  label: fields.text(200),
  kind: fields.choice(...fileKinds),
  track_id: fields.optionalId()
})

export const FileIdForm = form({ id: fields.id() })

/** Revisions, of a project, a track, a version or a state. */
export const RevisionsQuery = form({
  project: fields.optionalId(),
  track: fields.optionalId(),
  version: fields.choice(...versions).optional(),
  state: fields.choice(...revisionStates).optional(),
  after: fields.optionalText(200)
})
