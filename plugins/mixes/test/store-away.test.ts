import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'
import t from 'tap'
import { work } from '../../../core/events.ts'
import { filesOf, readStored } from '../../../core/storage.ts'
import { openStudio } from '../../../test/helper.ts'
import { sendFile, wav } from './sending.ts'

/** The store that files are kept in is away while they are filed: they wait, whole, and are filed when it is back. */

t.test('what came while the store is away is filed once it is back', async t => {
  const away = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await new Promise(resolve => away.once('listening', resolve))
  const { port } = away.address() as AddressInfo
  const env = {
    S3_ENDPOINT: `http://127.0.0.1:${port}`,
    S3_BUCKET: 'patchbay',
    S3_ACCESS_KEY_ID: 'S3RVER',
    S3_SECRET_ACCESS_KEY: 'S3RVER'
  }
  const house = await openStudio(t, { work: false, env })
  const { db, host, studio, engineer } = house
  const [album] = await db('projects').insert({ title: 'Marées', kind: 'album' }).returning<{ id: number }[]>('id')
  const place = { project_id: album?.id ?? 0, kind: 'other' }
  const file = () =>
    work(host, studio, 'mixes', 'file-uploads').then(
      () => undefined,
      (error: unknown) => error
    )
  const sounds = [wav({ tone: 220 }), wav({ tone: 330 })]
  for (const [n, sound] of sounds.entries()) await sendFile(house, engineer, sound, { ...place, name: `${n}.wav` })
  for (let tries = 0; tries < 6; tries++) t.ok(await file(), 'it is said, and nobody gives up')
  t.same(await db('uploads').pluck('state'), ['received', 'received'])
  t.same(await db('audio_files'), [], 'nothing half shows')
  t.match((await engineer.get(`/mixes/projects/${place.project_id}/uploads`)).body, '0.wav', 'it is on its way')

  await new Promise(resolve => away.close(resolve))
  const directory = mkdtempSync(join(tmpdir(), 'patchbay-s3-'))
  const server = new S3rver({
    port,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: 'patchbay', configs: [] }]
  })
  await server.run()
  t.teardown(async () => {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  t.equal(await file(), undefined)
  t.same(await db('uploads').pluck('state'), ['filed', 'filed'])
  const folder = filesOf(host.env, studio)
  for (const [n, sound] of sounds.entries()) {
    const audio = await db('audio_files')
      .where({ name: `${n}.wav` })
      .first()
    t.ok((await readStored({ db, folder }, audio.file_id)).equals(sound), 'byte by byte')
  }
})
