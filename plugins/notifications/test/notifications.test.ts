import { action, definePlugin, fields, form } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { work } from '../../../core/events.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Visitor } from '../../../test/helper.ts'
import { notifications } from '../plugin.ts'

declare module '@patchbay/core/plugin' {
  interface Facts {
    'flags.raised': { for: number[]; flag: string }
  }
}

/** A plugin that says whom its one fact concerns. */
function flags(t: Test) {
  const dir = mkdtempSync(join(tmpdir(), 'patchbay-flags-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  mkdirSync(join(dir, 'locales'))
  const add = (locale: string, text: string) => {
    const texts = { title: 'Flags', summary: '.', notice: text, raised: 'Drapeau hissé', actions: { raise: 'x' } }
    writeFileSync(join(dir, `locales/${locale}.json`), JSON.stringify(texts))
  }
  add('fr', 'Drapeau {flag} hissé {when}')
  add('en', 'Flag {flag} raised {when}')
  return definePlugin({
    id: 'flags',
    dir,
    permissions: { 'flags.raise': ['manager'] },
    actions: [
      action({
        name: 'flags.raise',
        permission: 'flags.raise',
        input: form({ for: fields.ids(), flag: fields.text(20) }),
        about: () => ({}),
        run: async ({ tell }, raised) => tell('flags.raised', raised)
      })
    ],
    answers: {
      async 'core.notice'(_, { fact, ids }) {
        if (fact !== 'flags.raised') return undefined
        return {
          people: ids['for'] as number[],
          kind: fact,
          text: 'flags.notice',
          values: { flag: String(ids['flag']), when: { at: `${new Date().getFullYear()}-11-24T13:00:00.000Z` } },
          path: '/activity'
        }
      },
      'core.notice-kinds': async ({ t }) => [{ kind: 'flags.raised', label: t('flags.raised') }]
    }
  })
}

t.test('notifications', async t => {
  const house = await openStudio(t, { plugins: [flags(t), notifications] })
  const { owner, manager, engineer, assistant, stranger, visitor, db, host, studio } = house
  const raise = async (who: typeof owner, people: (typeof owner)[], flag: string) => {
    const answer = await who.api('POST', '/flags/raise', { for: people.map(({ id }) => id), flag })
    t.equal(answer.statusCode, 200, answer.body)
    await house.settle()
  }
  const page = async (who: typeof owner, query = '') => (await who.get(`/notifications${query}`)).body
  const mails = () => host.tenants.master('mails').orderBy('id').select('recipient', 'subject', 'text')

  await t.test('those concerned are told, never whoever did it, each in their language', async t => {
    await db('people').where({ id: assistant.id }).update({ locale: 'en' })
    await host.tenants.master('users').where({ id: assistant.id }).update({ locale: 'en' })
    host.people.signIns.forget()
    await raise(owner, [owner, engineer, assistant], 'noir')
    t.match(await page(engineer), /Drapeau noir hissé \p{L}+\. 24 nov\. 14:00/u)
    t.match(await page(assistant), /Flag noir raised \w+ 24 Nov/)
    t.match(await page(owner), 'Aucune notification')
    t.match(await page(manager), 'Aucune notification')
    t.same(await mails(), [], 'nobody asked for mail')
  })

  await t.test('the bell counts what is unread, in one statement', async t => {
    t.match((await engineer.get('/notifications/bell')).body, '<span class="bell-count" aria-hidden="true">1</span>')
    t.notMatch((await owner.get('/notifications/bell')).body, 'bell-count')
    t.ok((await countQueries(house, () => engineer.get('/notifications/bell'))) <= 1)
    t.match((await owner.get('/activity')).body, '/notifications/bell', 'every page has it')
  })

  await t.test('opening one reads it and leads where it points; another’s is not found', async t => {
    const { id } = await db('notifications').where({ person_id: engineer.id }).first('id')
    t.equal((await assistant.post(`/notifications/${id}/reading`)).statusCode, 404)
    t.equal((await stranger.post(`/notifications/${id}/reading`)).statusCode, 404)
    t.ok((await db('notifications').where({ id }).first()).read_at === null)
    const answer = await engineer.post(`/notifications/${id}/reading`)
    t.equal(answer.location, `/s/${studio.slug}/activity`)
    t.notMatch((await engineer.get('/notifications/bell')).body, 'bell-count')
    t.match(await page(engineer, '?unread=on'), 'Aucun résultat')
    t.same(await db('activity').where('action', 'like', 'notifications.%'), [], 'what one reads is nobody’s business')
  })

  await t.test('each chooses what they want, on the page and by mail', async t => {
    const form = await engineer.get('/notifications/preferences')
    t.equal(form.statusCode, 200, form.body)
    t.match(form.body, 'Drapeau hissé')
    t.match(form.body, /name="in_page" value="flags.raised" checked/)
    t.notMatch(form.body, /name="by_mail" value="flags.raised" checked/)
    t.equal((await engineer.post('/notifications/preferences', { by_mail: 'flags.raised' })).statusCode, 303)
    t.match((await engineer.get('/notifications/preferences')).body, /name="by_mail" value="flags.raised" checked/)
    const before = await db('notifications').where({ person_id: engineer.id })
    await raise(owner, [engineer, manager], 'vert')
    t.equal((await db('notifications').where({ person_id: engineer.id })).length, before.length, 'not on the page')
    const [mail, ...rest] = await mails()
    t.same(rest, [])
    t.equal(mail.recipient, engineer.email)
    t.match(mail.subject, 'Drapeau vert hissé')
    t.match(mail.text, `http://localhost:3000/s/${studio.slug}/activity`)
    t.match(await page(manager), 'Drapeau vert hissé')
    t.equal((await engineer.post('/notifications/preferences', { by_pigeon: 'flags.raised' })).statusCode, 422)
  })

  await t.test('the studio decides for those who have not chosen', async t => {
    await owner.post('/settings/plugins/notifications', { mail_by_default: 'on', keep_days: '30' })
    await raise(owner, [manager], 'bleu')
    t.equal((await mails()).at(-1)?.recipient, manager.email)
  })

  await t.test('all are read at once, one’s own', async t => {
    t.match((await manager.get('/notifications/bell')).body, '>2<')
    t.equal((await manager.post('/notifications/reading')).statusCode, 303)
    t.notMatch((await manager.get('/notifications/bell')).body, 'bell-count')
    t.match((await assistant.get('/notifications/bell')).body, '>1<')
  })

  await t.test('only their own open pages hear of them', async t => {
    const address = await house.listen()
    const listen = async (who: typeof owner) => {
      const headers = { origin: 'http://localhost:3000', cookie: `sign-in=${who.token}` }
      const socket = new WebSocket(`${address.replace('http', 'ws')}/s/${studio.slug}/live`, { headers })
      const heard: { fact: string; person_id: number }[] = []
      socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))))
      await new Promise(resolve => socket.addEventListener('open', resolve))
      return { socket, heard }
    }
    const lines = [await listen(manager), await listen(assistant)]
    await raise(owner, [manager, assistant], 'gris')
    for (let tries = 0; tries < 100 && lines.some(({ heard }) => heard.length === 0); tries++)
      await new Promise(done => setTimeout(done, 20))
    t.match(
      lines.map(({ heard }) => heard),
      [
        [{ fact: 'notifications.added', person_id: manager.id }],
        [{ fact: 'notifications.added', person_id: assistant.id }]
      ]
    )
    for (const { socket } of lines) socket.close()
  })

  await t.test('the list is paged both ways under one number of statements', async t => {
    const few = await countQueries(house, () => manager.get('/notifications'))
    const rows = Array.from({ length: 70 }, (_, n) => ({
      person_id: manager.id,
      kind: 'flags.raised',
      text: 'flags.notice',
      values: JSON.stringify({ flag: n, when: 'x' }),
      path: '/'
    }))
    await db('notifications').insert(rows)
    t.equal(await countQueries(house, () => manager.get('/notifications')), few)
    t.ok(few <= 8)
    const first = await page(manager)
    const next = /rel="next" href="([^"]+)"/.exec(first)?.[1] ?? ''
    const second = await page(manager, next)
    const ids = (body: string) => [...body.matchAll(/id="notification-(\d+)"/g)].map(match => match[1])
    t.equal(new Set([...ids(first), ...ids(second)]).size, 60)
    const back = /rel="prev" href="([^"]+)"/.exec(second)?.[1] ?? ''
    t.same(ids(await page(manager, back)), ids(first))
    const api = await manager.api('GET', '/notifications/list?unread=true')
    t.equal(api.json().rows.length, 30)
  })

  await t.test('at night what was read long ago is dropped, what is unread stays', async t => {
    const old = new Date(Date.now() - 31 * 86_400_000)
    await db('notifications').where({ person_id: manager.id }).update({ created_at: old })
    await db('notifications').where({ person_id: engineer.id }).update({ created_at: old, read_at: old })
    const unread = (await db('notifications').where({ person_id: manager.id })).length
    await work(host, studio, 'notifications', 'clean_up')
    t.same(await db('notifications').where({ person_id: engineer.id }), [])
    t.equal((await db('notifications').where({ person_id: manager.id })).length, unread)
  })

  await t.test('signed out, one is led to the sign-in; from elsewhere it is not found', async t => {
    for (const path of ['/notifications', '/notifications/bell', '/notifications/preferences']) {
      t.match((await visitor.get(path)).location, /^\/sign-in/)
      t.equal((await stranger.get(path)).statusCode, 404)
    }
  })

  await t.test('off: no pages, no bell, no facts, no mail, no job; on again, all is there', async t => {
    const count = async () => Number((await db('notifications').count())[0]?.['count'])
    const [before, sent] = [await count(), (await mails()).length]
    t.ok(before > 0, 'there is something to keep')
    t.equal((await owner.post('/settings/plugins/notifications/switch')).statusCode, 303)
    for (const path of [
      '/notifications',
      '/notifications/bell',
      '/notifications/preferences',
      '/api/notifications/list'
    ]) {
      t.equal((await manager.get(path)).statusCode, 404, path)
    }
    t.equal((await manager.post('/notifications/reading')).statusCode, 404)
    t.notMatch((await owner.get('/settings')).body, `${studio.slug}/notifications`)
    t.notMatch((await owner.get('/search/hits?q=notif')).body, 'hit-label')
    await raise(owner, [manager], 'rouge')
    await db('notifications')
      .where({ person_id: manager.id })
      .update({ read_at: new Date(0) })
    await work(host, studio, 'notifications', 'clean_up')
    t.equal(await count(), before)
    t.equal((await mails()).length, sent)
    t.equal((await owner.post('/settings/plugins/notifications/switch', { enabled: 'on' })).statusCode, 303)
    t.match(await page(manager), 'notification-open')
  })

  await t.test('a demo has two weeks of news behind it, read but for the newest', async t => {
    const hours = (n: number) => new Date(Date.now() - n * 3_600_000)
    const told = (flag: string, at: Date, people: Visitor[]) => ({
      fact: 'flags.raised',
      ids: { for: people.map(({ id }) => id), flag },
      at,
      person_id: owner.id
    })
    const past = [
      told('long ago', hours(24 * 20), [assistant]),
      ...[40, 30, 20, 10, 1].map(n => told(`${n}`, hours(n), [owner, assistant])),
      told('to come', hours(-5), [assistant])
    ]
    const ask = async (_question: 'core.notice', { ids }: { ids: { for: number[]; flag: string } }) => [
      { people: ids.for, kind: 'flags.raised', text: 'flags.notice', values: { flag: ids.flag }, path: '/activity' }
    ]
    await db('notifications').delete()
    await notifications.seed?.({ db, ask, past } as unknown as Seeding)
    const rows = await db('notifications').orderBy('id').select('person_id', 'values', 'created_at', 'read_at')
    t.same(
      rows.map(row => [row.person_id, row.values.flag, row.read_at !== null]),
      [
        [assistant.id, '40', true],
        [assistant.id, '30', true],
        [assistant.id, '20', false],
        [assistant.id, '10', false],
        [assistant.id, '1', false]
      ],
      'oldest first, for those concerned, never for whoever did it'
    )
    t.ok(rows.every(({ created_at, read_at }) => read_at === null || read_at > created_at))
    t.match((await assistant.get('/notifications/bell')).body, '>3<')
  })
})
