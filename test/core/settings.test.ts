import { definePlugin, fields, form } from '@patchbay/core'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { countQueries, openStudio } from '../helper.ts'

/** Two optional plugins, one of which needs the other, with texts and settings of every kind. */
function someplugins(t: Test) {
  const dir = mkdtempSync(join(tmpdir(), 'patchbay-settings-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const add = (id: string, texts: object) => {
    mkdirSync(join(dir, id, 'locales'), { recursive: true })
    for (const locale of ['fr', 'en']) writeFileSync(join(dir, id, 'locales', `${locale}.json`), JSON.stringify(texts))
    return join(dir, id)
  }
  const tea = definePlugin({
    id: 'tea',
    optional: true,
    dir: add('tea', {
      title: 'Thé',
      summary: 'Le thé du studio.',
      nav: { pot: 'La théière' },
      settings: {
        cups: 'Tasses',
        cups_help: 'Par personne',
        green: 'Vert',
        kind: 'Sorte',
        kind_sencha: 'Sencha',
        kind_oolong: 'Oolong',
        at: 'Heure'
      }
    }),
    permissions: { 'tea.pour': ['engineer'] },
    settings: form({
      cups: fields.count(1, 9).default(2),
      green: fields.flag().default(true),
      kind: fields.choice('sencha', 'oolong').default('sencha'),
      at: fields.clock().default('16:00')
    }),
    nav: [{ key: 'pot', path: '', icon: 'coffee', permission: 'tea.pour', order: 60 }],
    staff(app) {
      app.get('/', { config: { access: 'tea.pour' } }, async request => request.switched.settings('tea'))
    }
  })
  const cake = definePlugin({
    id: 'cake',
    optional: true,
    requires: ['tea'],
    dir: add('cake', { title: 'Gâteau', summary: 'Avec le thé.' }),
    staff(app) {
      app.get('/', { config: { access: 'member' } }, async () => 'cake')
    }
  })
  return [tea, cake]
}

t.test('settings of a studio', async t => {
  const house = await openStudio(t, { plugins: someplugins(t), work: false })
  const { owner, manager, stranger, visitor, studio } = house

  await t.test('the page shows the studio and its plugins, in a fixed number of statements', async t => {
    const page = await owner.get('/settings')
    t.equal(page.statusCode, 200, page.body)
    for (const words of ['Studio Test', 'Europe/Paris', 'Thé', 'Avec le thé.', 'Désactiver']) t.match(page.body, words)
    t.ok((await countQueries(house, () => owner.get('/settings'))) <= 8)
  })

  await t.test('only who may change settings comes in', async t => {
    t.equal((await manager.get('/settings')).statusCode, 403)
    t.equal((await manager.post('/settings', { name: 'X' })).statusCode, 403)
    t.equal((await stranger.get('/settings')).statusCode, 404)
    t.match((await visitor.get('/settings')).location, /^\/sign-in/)
  })

  await t.test('name, language, zone and currency are changed and shown at once', async t => {
    const given = { name: 'Studio du Canal', locale: 'en', timezone: 'Europe/London', currency: 'GBP' }
    t.equal((await owner.post('/settings', given)).statusCode, 303)
    t.match((await owner.get('/settings')).body, 'Studio du Canal')
    const [row] = await house.host.tenants
      .master('audit')
      .where({ organization_id: studio.id, action: 'studio.change_studio' })
    t.same(row.details.changes.name, ['Studio Test', 'Studio du Canal'])
    for (const zone of ['UTC', 'Asia/Kolkata']) {
      await owner.post('/settings', { ...given, timezone: zone })
      t.match((await owner.get('/settings')).body, `value="${zone}" selected`, 'a zone that no list has is kept')
    }
    t.equal((await owner.post('/settings', { ...given, timezone: '+05:30' })).statusCode, 422, 'an offset is no zone')
    await owner.post('/settings', { ...given, locale: 'fr', timezone: 'Europe/Paris', currency: 'EUR' })
  })

  await t.test('what is wrong is said by the field and what was typed stays', async t => {
    const answer = await owner.post('/settings', {
      name: 'Canal 2',
      locale: 'fr',
      timezone: 'Mars/Olympus',
      currency: 'EUR'
    })
    t.equal(answer.statusCode, 422)
    t.match(answer.body, 'Canal 2')
    t.match(answer.body, 'f-timezone-error')
    const more = await owner.post('/settings', {
      name: 'A',
      locale: 'fr',
      timezone: 'Europe/Paris',
      currency: 'EUR',
      slug: 'taken'
    })
    t.equal(more.statusCode, 422, 'a field the form does not name is refused')
  })

  await t.test('a plugin’s settings are drawn from its schema and saved', async t => {
    const page = await owner.get('/settings/plugins/tea')
    t.equal(page.statusCode, 200, page.body)
    for (const words of ['Tasses', 'Par personne', 'Oolong', 'type="checkbox"', 'value="16:00"'])
      t.match(page.body, words)
    const saved = await owner.post('/settings/plugins/tea', { cups: 3, kind: 'oolong', at: '17h' })
    t.equal(saved.statusCode, 303, saved.body)
    t.same((await owner.get('/tea')).json(), { cups: 3, green: false, kind: 'oolong', at: '17:00' })
    const wrong = await owner.post('/settings/plugins/tea', { cups: 44, kind: 'oolong', at: 'soon' })
    t.equal(wrong.statusCode, 422)
    for (const words of ['f-cups-error', 'f-at-error', 'value="44"', 'value="soon"']) t.match(wrong.body, words)
    t.equal((await owner.get('/settings/plugins/cake')).statusCode, 404, 'it has none')
    t.equal((await owner.get('/settings/plugins/absent')).statusCode, 404)
  })

  await t.test('a plugin that others need stays on, and one whose need is off stays off', async t => {
    const kept = await owner.post('/settings/plugins/tea/switch')
    t.equal(kept.statusCode, 422)
    t.match(kept.body, /Encore utilisé par Gâteau/)
    t.equal((await owner.post('/settings/plugins/cake/switch')).statusCode, 303)
    t.equal((await owner.post('/settings/plugins/tea/switch')).statusCode, 303)
    const refused = await owner.post('/settings/plugins/cake/switch', { enabled: 'on' })
    t.equal(refused.statusCode, 422)
    t.match(refused.body, /A besoin de Thé/)
  })

  await t.test('off means gone from pages and menu at once; back on, its settings are as they were', async t => {
    t.equal((await owner.get('/tea')).statusCode, 404)
    t.notMatch((await owner.get('/settings')).body, 'La théière')
    t.equal((await owner.post('/settings/plugins/tea/switch', { enabled: 'on' })).statusCode, 303)
    t.match((await owner.get('/settings')).body, 'La théière')
    t.equal((await owner.get('/tea')).json().cups, 3)
  })

  await t.test('a saved setting that no longer fits falls back to its default', async t => {
    await house
      .db('plugins')
      .where({ id: 'tea' })
      .update({ settings: JSON.stringify({ cups: 99, kind: 'oolong', gone: 1 }) })
    house.host.switches.forget()
    t.match((await owner.get('/tea')).json(), { cups: 2, kind: 'oolong' })
  })
})
