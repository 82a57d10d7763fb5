import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { removeFile, savePhoto } from '@patchbay/core/storage'
import { PageForm, PhotoChangeForm, PhotoForm, PhotoIdForm, PhotoPlaceForm, RoomTextForm } from './forms.ts'
import {
  addPhoto,
  changePage,
  countPhotos,
  findPage,
  findPhoto,
  hasRoom,
  keepRoomText,
  lockLogo,
  movePhoto,
  nameAlt,
  removePhoto
} from './page-queries.ts'

/* What the open page says and shows. */

/** A room has so many photos at most. */
const mostPhotos = 12
/** Pixels of the longer side of what the page shows; a click opens the large one. */
const small = 720

/** Writes the page's texts, its colour, and who may show it in a frame. */
export const changePageAction = action({
  name: 'requests.change_page',
  permission: 'requests.page',
  input: PageForm,
  about: () => ({}),
  async run({ db, changed }, { version, ...page }) {
    const { secret: _secret, logo: _logo, ...before } = await findPage(db)
    if (!(await changePage(db, version, page))) throw refuse({ version: 'requests.errors.stale' })
    changed(before, page)
  }
})

/** What the page says of a room, and whether it is on it. */
export const describeRoom = action({
  name: 'requests.describe_room',
  permission: 'requests.page',
  input: RoomTextForm,
  about: (room_id: number) => ({ room: room_id }),
  async run({ db }, input) {
    if (!(await hasRoom(db, input.room_id))) throw notFound()
    await keepRoomText(db, input)
    return input.room_id
  }
})

/** Adds a photo to a room; without a room, it becomes the studio's logo in place of the one there is. */
export const addPhotoAction = action({
  name: 'requests.add_photo',
  permission: 'requests.page',
  input: PhotoForm,
  about: ({ room_id }: { room_id: number | null }) => ({ room: room_id }),
  async run(running, { room_id, alt, photo }) {
    const { db } = running
    if (!photo) throw refuse({ photo: 'fields.required' })
    if (room_id !== null && !(await hasRoom(db, room_id))) throw notFound()
    if (room_id !== null && (await countPhotos(db, room_id)) >= mostPhotos)
      throw refuse({ photo: { key: 'requests.errors.photos', values: { n: mostPhotos } } })
    const { id: file_id } = await savePhoto(running, photo, alt)
    const { id: small_id } = await savePhoto(running, photo, alt, { most: small })
    const old = room_id === null ? await lockLogo(db) : undefined
    if (old) await forget(running, old.id)
    return { id: await addPhoto(db, { room_id, file_id, small_id, alt }), room_id }
  }
})

/** Says anew what a photo shows, for those who do not see it. */
export const describePhoto = action({
  name: 'requests.describe_photo',
  permission: 'requests.page',
  input: PhotoChangeForm,
  about: room,
  async run(running, { id, alt }) {
    const photo = await photoOf(running, id)
    await nameAlt(running.db, id, alt)
    return photo
  }
})

/** Moves a photo before or after its neighbour; the first is the large one. */
export const movePhotoAction = action({
  name: 'requests.move_photo',
  permission: 'requests.page',
  input: PhotoPlaceForm,
  about: room,
  async run(running, { id, direction }) {
    const photo = await photoOf(running, id)
    await movePhoto(running.db, id, direction)
    return photo
  }
})

export const removePhotoAction = action({
  name: 'requests.remove_photo',
  permission: 'requests.page',
  input: PhotoIdForm,
  about: room,
  async run(running, { id }) {
    const photo = await photoOf(running, id)
    await forget(running, id)
    return photo
  }
})

function room({ room_id }: { room_id: number | null }) {
  return { room: room_id }
}

async function photoOf({ db }: Running, id: number) {
  const photo = await findPhoto(db, id, true)
  if (!photo) throw notFound()
  return photo
}

async function forget(running: Running, id: number): Promise<void> {
  const gone = await removePhoto(running.db, id)
  await removeFile(running, gone?.file_id ?? null)
  await removeFile(running, gone?.small_id ?? null)
}
