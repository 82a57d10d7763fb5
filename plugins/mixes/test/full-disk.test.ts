import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import t from 'tap'
import type { Test } from 'tap'
import { work } from '../../../core/events.ts'
import { filesOf, readStored, workshop } from '../../../core/storage.ts'
import { openStudio } from '../../../test/helper.ts'
import { placeOf } from '../uploads/places.ts'
import { announce, patch, sendFile, wav } from './sending.ts'

/** A disk that has no room left while files come in: told in words, nothing half is shown, and it goes on once there is. */

const house = await openStudio(t, { work: false })
const { db, host, studio, engineer } = house
const folder = filesOf(host.env, studio)
const file = () => work(host, studio, 'mixes', 'file-uploads')
const uploadOf = (key: string) => db('uploads').where({ key }).first()
const offsetOf = async (key: string) => (await engineer.get(`/mixes/uploads/${key}`)).json<{ offset: number }>().offset

const [album] = await db('projects').insert({ title: 'Marées', kind: 'album' }).returning<{ id: number }[]>('id')
const [track] = await db('tracks')
  .insert({ project_id: album?.id ?? 0, position: 1, title: 'Sel' })
  .returning<{ id: number }[]>('id')
const place = { project_id: album?.id ?? 0, track_id: track?.id ?? 0, version: 'final' }

/** What came of an upload is, byte by byte, what was sent. */
async function isFiled(t: Test, key: string, content: Buffer): Promise<void> {
  const upload = await uploadOf(key)
  t.equal(upload.state, 'filed')
  const audio = await db('audio_files').where({ id: upload.audio_id }).first()
  t.ok((await readStored({ db, folder }, audio.file_id)).equals(content))
  t.ok(audio.sha256.equals(createHash('sha256').update(content).digest()))
}

// every write to it says ENOSPC
const device = '/dev/full'
/** No file of this process may grow beyond it; the kernel breaks off the write that would. */
const limit = (bytes: number | 'unlimited') =>
  spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]).status === 0

const title = 'not a byte fits: 507 in words, the upload waits, and goes on when there is room'
t.test(title, { skip: !existsSync(device) }, async t => {
  const content = wav({ tone: 330 })
  const { key } = await announce(engineer, content.length, { ...place, name: 'plein.wav' })
  await workshop(folder)
  symlinkSync(device, placeOf(folder, key))
  const full = await patch(house, engineer, key, 0, content)
  t.equal(full.statusCode, 507)
  t.match(full.body, 'Le disque du serveur est plein')
  t.match(await uploadOf(key), { state: 'receiving', held_by: null }, 'nobody holds it, nothing was refused')

  const other = wav({ tone: 550 })
  const went = await sendFile(house, engineer, other, { ...place, name: 'autre.wav' })
  await file()
  await isFiled(t, went, other)
  t.equal((await db('audio_files')).length, 1, 'of the one that waits nothing shows')

  rmSync(placeOf(folder, key))
  t.equal(await offsetOf(key), 0)
  t.equal((await patch(house, engineer, key, 0, content)).statusCode, 204)
  await file()
  await isFiled(t, key, content)
})

const cut = 'full in mid-upload: what came stays, and the rest is sent from there'
t.test(cut, { skip: !limit('unlimited') }, async t => {
  // whoever does not listen is killed
  const heard = () => undefined
  process.on('SIGXFSZ', heard)
  t.teardown(() => {
    limit('unlimited')
    process.off('SIGXFSZ', heard)
  })
  const content = wav({ ms: 4000, tone: 660 })
  const { key } = await announce(engineer, content.length, { ...place, name: 'milieu.wav' })
  t.equal((await patch(house, engineer, key, 0, content.subarray(0, 300_000))).statusCode, 204)
  const before = await db('audio_files').count('* as n').first()
  limit(500_000)
  const full = await patch(house, engineer, key, 300_000, content.subarray(300_000))
  limit('unlimited')
  t.equal(full.statusCode, 507)
  t.match(await uploadOf(key), { state: 'receiving', held_by: null })
  t.same(await db('audio_files').count('* as n').first(), before, 'nothing half shows')
  const here = await offsetOf(key)
  t.ok(here >= 300_000 && here <= 500_000, `${here} bytes stay`)
  t.equal((await patch(house, engineer, key, here, content.subarray(here))).statusCode, 204)
  await file()
  await isFiled(t, key, content)
})
