import { action, notFound, refuse } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { removeFile, savePhoto } from '@patchbay/core/storage'
import { ChangeRecallForm, RecallForm, RecallIdForm } from './forms.ts'
import { findSheet } from './queries.ts'
import {
  addRecall,
  changeRecall,
  findRecall,
  findRoom,
  listOfRoom,
  listOfSession,
  removeRecall
} from './recall-queries.ts'
import type { Place } from './recall-queries.ts'

const about = ({ room_id, session_id }: Place) => ({ session: session_id, room: room_id })

/** Notes down how a piece of outboard is set, in words or by a photo. */
export const addRecallNote = action({
  name: 'call-sheets.add_recall',
  permission: 'call-sheets.write',
  input: RecallForm,
  about,
  async run(running, { session_id, room_id, unit, settings, photo }) {
    const { db, person, tell } = running
    const place = await placeOf(db, session_id, room_id)
    if (settings === null && photo === null) throw refuse({ settings: 'call-sheets.errors.empty_note' })
    const there =
      place.session_id === null ? await listOfRoom(db, place.room_id) : await listOfSession(db, place.session_id)
    if (there.length >= 200) throw refuse({ '': 'call-sheets.errors.too_many_notes' })
    const kept = photo && (await savePhoto(running, photo, unit))
    const id = await addRecall(db, { ...place, unit, settings, photo_id: kept?.id ?? null }, person.id)
    tell('call-sheets.recalled', place)
    return { id, ...place }
  }
})

/** Writes a note anew; a new photo takes the place of the old. */
export const changeRecallNote = action({
  name: 'call-sheets.change_recall',
  permission: 'call-sheets.write',
  input: ChangeRecallForm,
  about,
  async run(running, { id, version, unit, settings, photo, remove_photo }) {
    const { db, tell, changed } = running
    const before = await findRecall(db, id)
    if (!before) throw notFound()
    const kept = photo && (await savePhoto(running, photo, unit))
    const photo_id = kept ? kept.id : remove_photo ? null : before.photo_id
    if (settings === null && photo_id === null) throw refuse({ settings: 'call-sheets.errors.empty_note' })
    const after = { unit, settings, photo_id }
    if (!(await changeRecall(db, id, after, version))) throw refuse({ version: 'call-sheets.errors.stale' })
    if (before.photo_id !== photo_id) await removeFile(running, before.photo_id)
    changed(before, after)
    const place = { room_id: before.room_id, session_id: before.session_id }
    tell('call-sheets.recalled', place)
    return { id, ...place }
  }
})

export const removeRecallNote = action({
  name: 'call-sheets.remove_recall',
  permission: 'call-sheets.write',
  input: RecallIdForm,
  about,
  async run(running, { id }) {
    const { db, tell } = running
    const note = await findRecall(db, id)
    if (!note) throw notFound()
    await removeRecall(db, id)
    await removeFile(running, note.photo_id)
    const place = { room_id: note.room_id, session_id: note.session_id }
    tell('call-sheets.recalled', place)
    return { id, ...place }
  }
})

/** A session and its room, or a room. */
async function placeOf(db: Db, session_id: number | null, room_id: number | null): Promise<Place> {
  if (session_id !== null) {
    const session = await findSheet(db, session_id)
    if (!session) throw notFound()
    return { session_id, room_id: session.room_id }
  }
  if (room_id === null) throw refuse({ room_id: 'fields.required' })
  if (!(await findRoom(db, room_id))) throw notFound()
  return { session_id: null, room_id }
}
