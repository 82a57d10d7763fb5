import { action, allow, cursor, definePlugin, fields, form, list, notFound, refuse } from '@patchbay/core'
import type { Plugin } from '@patchbay/core'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

declare module '@patchbay/core/plugin' {
  interface Facts {
    'kettle.filled': { kettle_id: number }
  }
}

/**
 * A small plugin of the tests of core: a table, an action, one that must be confirmed, a list, a live fact. `heard` is
 * what its listener was told.
 */
export function kettle(t: Test): { plugin: Plugin; heard: number[] } {
  const dir = mkdtempSync(join(tmpdir(), 'patchbay-kettle-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  for (const folder of ['migrations', 'locales']) mkdirSync(join(dir, folder))
  writeFileSync(
    join(dir, 'migrations/0001_kettles.sql'),
    `create table kettles (
       id bigint generated always as identity primary key,
       name text not null,
       litres integer not null constraint kettles_litres check (litres < 10)
     );`
  )
  const texts = {
    title: 'Bouilloires',
    summary: 'De l’eau chaude.',
    nav: { kettles: 'Bouilloires' },
    commands: { fill: 'Remplir une bouilloire' },
    actions: { fill: 'Bouilloire remplie', empty: 'Bouilloire vidée' },
    lists: { list: 'Les bouilloires' },
    permissions: { read: 'Voir les bouilloires', write: 'Remplir les bouilloires' },
    fields: { litres: 'Litres' },
    errors: { hot: 'Trop chaude.', full: 'Elle déborderait.' }
  }
  for (const locale of ['fr', 'en']) writeFileSync(join(dir, `locales/${locale}.json`), JSON.stringify(texts))

  const heard: number[] = []
  const fill = action({
    name: 'kettle.fill',
    permission: 'kettle.write',
    input: form({ name: fields.text(20), litres: fields.count(1, 20), id: fields.optionalId() }),
    constraints: { kettles_litres: ['litres', 'kettle.errors.full'] },
    async run({ db, tell, changed }, { id, ...kettle }) {
      if (kettle.name === 'hot') throw refuse({ name: 'kettle.errors.hot' })
      const before = id && (await db('kettles').where({ id }).first<{ id: number; litres: number }>())
      const [row] = before
        ? await db('kettles').where({ id }).update(kettle).returning<{ id: number }[]>('id')
        : await db('kettles').insert(kettle).returning<{ id: number }[]>('id')
      if (before) changed(before, kettle)
      tell('kettle.filled', { kettle_id: row?.id ?? 0 })
      return row ?? { id: 0 }
    },
    about: ({ id }) => ({ kettle: id })
  })
  const empty = action({
    name: 'kettle.empty',
    permission: 'kettle.write',
    confirm: true,
    input: form({ id: fields.id() }),
    about: (_, { id }) => ({ kettle: id }),
    async run({ db }, { id }) {
      if ((await db('kettles').where({ id }).delete()) === 0) throw notFound()
    }
  })
  const kettles = list({
    name: 'kettle.list',
    permission: 'kettle.read',
    query: form({ name: fields.optionalText(20), after: fields.optionalText() }),
    async run(db, { name, after }) {
      const rows = db('kettles').orderBy('id').limit(11)
      if (name) void rows.where({ name })
      const last = Number(cursor.read(after ?? undefined, 1)?.[0] ?? 0)
      const found = await rows.where('id', '>', last).select<{ id: number; name: string }[]>()
      const end = found[9]
      return { rows: found.slice(0, 10), next: found.length > 10 && end ? cursor.write(end.id) : undefined }
    }
  })
  const plugin = definePlugin({
    id: 'kettle',
    dir,
    optional: true,
    permissions: { 'kettle.read': ['manager', 'engineer', 'assistant'], 'kettle.write': ['manager'] },
    nav: [{ key: 'kettles', path: '', icon: 'coffee', permission: 'kettle.read', order: 50 }],
    commands: [{ key: 'fill', path: '/new', icon: 'plus', permission: 'kettle.write' }],
    actions: [fill, empty],
    lists: [kettles],
    live: { 'kettle.filled': 'kettle.write' },
    on: { 'kettle.filled': async (_, { kettle_id }) => void heard.push(kettle_id) },
    answers: {
      'core.search': async ({ db, base }, { text }) => {
        const rows = await db('kettles')
          .whereRaw('fold(name) like ?', [`%${text}%`])
          .limit(6)
          .select<{ id: number; name: string }[]>()
        return rows.map(({ id, name }) => ({ href: `${base}/kettle/${id}`, label: name, icon: 'coffee' }))
      }
    },
    staff(app) {
      app.get('/', allow('kettle.read'), async request => request.list(kettles))
    }
  })
  return { plugin, heard }
}
