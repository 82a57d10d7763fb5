import { existsSync, readdirSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { files as check } from '../../core/cli/checks/files.ts'
import type { Inspection } from '../../core/cli/checks/check.ts'
import { studioVisits } from '../../core/cli/checks/studios.ts'
import { deleteStudio } from '../../core/database/provision.ts'
import { Refusal } from '../../core/errors.ts'
import { DiskStore } from '../../core/folder-disk.ts'
import { Folder } from '../../core/folder.ts'
import { filesOf, removeFile, savePhoto } from '../../core/storage.ts'
import { openStudio } from '../helper.ts'

/** Files: bytes on the disk and a row, together or not at all. */

const red = () =>
  sharp({ create: { width: 30, height: 20, channels: 3, background: '#c33' } })
    .png()
    .toBuffer()

t.test('bytes and row come and go with their transaction', async t => {
  const { db, host, studio } = await openStudio(t, { work: false })
  const folder = filesOf(host.env, studio)
  const photo = await red()
  const { id } = await savePhoto({ db, folder }, photo, '  Cabine\n B ')
  const { key, name } = await db('files').where({ id }).first()
  t.equal(name, 'Cabine B')
  t.ok(existsSync(folder.disk.path(key) ?? ''))
  t.notOk(existsSync(`${folder.disk.path(key)}.part`))

  const failed = db.transaction(async trx => {
    await savePhoto({ db: trx, folder }, photo, 'Perdue')
    await removeFile({ db: trx, folder }, id)
    throw new Error('changed my mind')
  })
  await t.rejects(failed, /changed my mind/)
  await new Promise(resolve => setTimeout(resolve, 100))
  t.ok(existsSync(folder.disk.path(key) ?? ''), 'what was to be removed is still there')
  t.equal((await db('files')).length, 1)
  t.equal(readdirSync(folder.disk.name, { recursive: true, withFileTypes: true }).filter(one => one.isFile()).length, 1)

  await db.transaction(trx => removeFile({ db: trx, folder }, id))
  await new Promise(resolve => setTimeout(resolve, 100))
  t.notOk(existsSync(folder.disk.path(key) ?? ''))
  await removeFile({ db, folder }, null)
  await t.rejects(savePhoto({ db, folder }, Buffer.from('%PDF-1.7'), 'x', { field: 'receipt' }), Refusal)
})

t.test('a folder that cannot be written leaves no row', async t => {
  const { db } = await openStudio(t, { work: false })
  await t.rejects(
    savePhoto(
      { db, folder: new Folder('/dev/null', '/dev/null/workshop', new DiskStore('/dev/null/nowhere')) },
      await red(),
      'x'
    )
  )
  t.same(await db('files'), [])
})

t.test('the doctor finds bytes without a row and rows without bytes', async t => {
  const { db, host, studio } = await openStudio(t, { work: false })
  const { tenants, env } = host
  const folder = filesOf(env, studio)
  Object.assign(tenants, { files: env })
  const desk = { terminal: { errors: { isTTY: false, write: () => true } } }
  const look = () => {
    const inspection = { tenants, visits: studioVisits(tenants, desk as never) } as unknown as Inspection
    return check.look(inspection)
  }
  const { id } = await savePhoto({ db, folder }, await red(), 'x')
  t.match(await look(), [{ state: 'ok' }])
  mkdirSync(join(folder.disk.name, 'ab'), { recursive: true })
  const stray = join(folder.disk.name, 'ab', `ab${'0'.repeat(30)}`)
  writeFileSync(stray, 'x')
  t.match(await look(), [{ state: 'ok' }], 'it may be of a transaction under way')
  utimesSync(stray, new Date(0), new Date(0))
  const [finding] = await look()
  t.match(finding, { state: 'warn', says: '1 files belong to nothing: a crash left them.' })
  await finding?.fix?.()
  t.notOk(existsSync(stray))
  await db('files')
    .where({ id })
    .update({ key: 'f'.repeat(32) })
  t.match((await look())[0], { state: 'bad', says: /studio-test \(1\)/ })
})

t.test('a studio takes its files along when it is deleted', async t => {
  const { db, host, studio, elsewhere } = await openStudio(t, { work: false })
  Object.assign(host.tenants, { files: host.env })
  const other = filesOf(host.env, elsewhere)
  await savePhoto({ db: host.tenants.db(elsewhere), folder: other }, await red(), 'x')
  await savePhoto({ db, folder: filesOf(host.env, studio) }, await red(), 'x')
  await deleteStudio(host.tenants, studio.id)
  t.notOk(existsSync(filesOf(host.env, studio).disk.name))
  t.ok(existsSync(other.disk.name), 'and nobody else’s')
})
