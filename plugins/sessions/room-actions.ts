import { action, notFound, refuse } from '@patchbay/core'
import { ChangeRoomForm, RoomForm, RoomIdForm } from './forms.ts'
import type { RoomInput } from './forms.ts'
import { holdResources } from './conflicts.ts'
import type { Opening } from './opening.ts'
import { addRoom, archiveRoom, changeRoom, comingSessions, findRoom } from './room-queries.ts'
import type { RoomFields } from './room-queries.ts'

const constraints = { rooms_name_unique: ['name', 'sessions.errors.room_name'] } as const
const about = ({ id }: { id: number }) => ({ room: id })

/** Adds a room. */
export const addRoomAction = action({
  name: 'sessions.add_room',
  permission: 'sessions.rooms',
  input: RoomForm,
  constraints,
  about,
  async run({ db, tell }, input) {
    const { fields, hours } = split(input)
    const id = await addRoom(db, fields, hours)
    tell('sessions.rooms-changed', { room_id: id })
    return { id }
  }
})

/** Changes a room: its rates hold for what is booked or moved from now on. */
export const changeRoomAction = action({
  name: 'sessions.change_room',
  permission: 'sessions.rooms',
  input: ChangeRoomForm,
  constraints,
  about,
  async run({ db, tell, changed }, { id, version, ...input }) {
    const before = await findRoom(db, id)
    if (!before) throw notFound()
    const { fields, hours } = split(input)
    if (version !== null && version !== before.version) throw refuse({ version: 'sessions.errors.stale' })
    await changeRoom(db, id, before.version, fields, hours)
    changed(before, { ...fields, position: fields.position ?? before.position, hours })
    tell('sessions.rooms-changed', { room_id: id })
    return { id }
  }
})

/** Takes a room out of use; refused while sessions are to come in it. What was in it stays readable. */
export const archiveRoomAction = action({
  name: 'sessions.archive_room',
  permission: 'sessions.rooms',
  input: RoomIdForm,
  about,
  async run({ db, tell }, { id }) {
    await holdResources(db, [id], [])
    const room = await findRoom(db, id)
    if (!room) throw notFound()
    const n = await comingSessions(db, id)
    if (n > 0) throw refuse({ '': { key: 'sessions.errors.room_in_use', values: { n, room: room.name } } })
    await archiveRoom(db, id, true)
    tell('sessions.rooms-changed', { room_id: id })
    return { id }
  }
})

/** Puts an archived room back into use. */
export const restoreRoomAction = action({
  name: 'sessions.restore_room',
  permission: 'sessions.rooms',
  input: RoomIdForm,
  constraints: { rooms_name_unique: ['', 'sessions.errors.room_name'] },
  about,
  async run({ db, tell }, { id }) {
    if (!(await findRoom(db, id))) throw notFound()
    await archiveRoom(db, id, false)
    tell('sessions.rooms-changed', { room_id: id })
    return { id }
  }
})

/** A form's seven texts of hours become rows; the rest are the room's columns. */
function split(input: RoomInput): { fields: RoomFields; hours: Opening['hours'] } {
  const { hours_1, hours_2, hours_3, hours_4, hours_5, hours_6, hours_7, ...fields } = input
  const days = [hours_1, hours_2, hours_3, hours_4, hours_5, hours_6, hours_7]
  return { fields, hours: days.flatMap((hours, index) => hours.map(one => ({ weekday: index + 1, ...one }))) }
}
