import t from 'tap'
import { extractText, getDocumentProxy } from 'unpdf'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Answer } from '../../../test/helper.ts'
import { work } from '../../../core/events.ts'
import { openGaps, unknownGaps } from '../gaps.ts'
import { presets } from '../presets.ts'
import { blocksOf, gapsIn, strayBraces, wordsOf } from '../text.ts'

t.test('a text is taken apart before its gaps are filled, so that nothing in them is more than words', async t => {
  const body = '# {{client.name}}\n\nUn {{ other.prix }} et\nla suite\n- a\n- b {{x.y}}\n\n> attention\n## fin'
  const blocks = blocksOf(body, { 'client.name': '# Zoé\n- <script>', 'other.prix': '{{client.name}}' })
  t.same(
    blocks.map(({ kind }) => kind),
    ['heading', 'paragraph', 'list', 'note', 'heading']
  )
  const [head, paragraph, list] = blocks
  if (head?.kind !== 'heading' || paragraph?.kind !== 'paragraph' || list?.kind !== 'list') throw new Error('blocks')
  t.equal(wordsOf(head.runs), '# Zoé\n- <script>')
  t.equal(wordsOf(paragraph.runs), 'Un {{client.name}} et\nla suite')
  t.same(list.items.map(wordsOf), ['a', 'b [x.y]'])
  t.same(gapsIn(body), ['client.name', 'other.prix', 'x.y'])
  t.same(unknownGaps(body), ['x.y'])
  t.same(openGaps('{{client.name}} {{client.email}}', { 'client.name': 'Zoé', 'client.email': ' ' }), ['client.email'])
  t.equal(strayBraces('{{client.name}} est {{client name}}'), 'est {{client name}}')
  t.equal(strayBraces('{{client.name}}'), undefined)
})

t.test('the templates provided name only gaps there are, and say that a lawyer should read them', async t => {
  for (const { key, body } of presets) {
    t.same(unknownGaps(body), [], key)
    t.equal(strayBraces(body), undefined, key)
    t.match(body, /avocat|lawyer/, key)
    t.ok(body.length < 60_000)
  }
})

t.test('contracts', async t => {
  const house = await openStudio(t)
  const { db, studio, owner, visitor, host } = house
  const open = `//o/${studio.slug}/signatures`
  let made = 0
  const insert = async (table: string, row: object): Promise<number> =>
    (await db(table).insert(row).returning<{ id: number }[]>('id'))[0]?.id ?? 0

  async function clientWithSession(fields = {}) {
    const email = `zoe-${++made}@example.test`
    const client_id = await insert('clients', {
      kind: 'person',
      name: 'Zoé <script>alert(1)</script>',
      email,
      ...fields
    })
    const room_id = await insert('rooms', {
      name: `Cabine ${made}`,
      kind: 'cabine',
      always_open: true,
      hourly_cents: 4500
    })
    const starts_at = new Date(Date.now() + 5 * 864e5)
    const ends_at = new Date(+starts_at + 4 * 3_600_000)
    const session_id = await insert('sessions', {
      room_id,
      client_id,
      starts_at,
      ends_at,
      state: 'confirmed',
      price_cents: 18_000
    })
    return { client_id, session_id, email }
  }

  const idIn = (answer: Answer) => Number(/contracts\/(\d+)$/.exec(answer.location)?.[1])
  const row = (id: number) => db('contracts').where({ id }).first<Record<string, unknown>>()
  const mails = (to: string): Promise<{ subject: string; text: string }[]> =>
    host.tenants.master('mails').where({ recipient: to }).orderBy('id', 'desc').select('subject', 'text')
  const template = async (body: string): Promise<number> => {
    const answer = await owner.post('/contracts/templates', { name: `Modèle ${++made}`, language: 'fr', body })
    return Number(/templates\/(\d+)$/.exec(answer.location)?.[1])
  }
  const simple =
    '# Objet\n\nEntre {{client.name}} et le studio, le {{contract.date}} : {{sessions.list}}. Prix {{other.prix}}.'

  /** A draft from a simple template, its gap filled and its signers said. */
  async function ready(more: { signers?: [string, string][] } = {}) {
    const { client_id, session_id, email } = await clientWithSession()
    const answer = await owner.post('/contracts', {
      template: await template(simple),
      client_id,
      session_ids: session_id,
      title: 'Contrat de test'
    })
    t.equal(answer.statusCode, 303, answer.body.slice(-300))
    const id = idIn(answer)
    await owner.post(`/contracts/${id}/gaps`, { 'gaps.0.name': 'other.prix', 'gaps.0.value': '180 €' })
    const signers = more.signers ?? [['Zoé', email]]
    const fields = Object.fromEntries(
      signers.flatMap(([name, mail], at) => [
        [`signers.${at}.step`, at + 1],
        [`signers.${at}.name`, name],
        [`signers.${at}.email`, mail]
      ])
    )
    t.equal((await owner.post(`/contracts/${id}/signers`, fields)).statusCode, 303)
    return { id, client_id, session_id, email }
  }

  async function send(id: number): Promise<Answer> {
    const answer = await owner.post(`/contracts/${id}/sending`, { days: 10, message: 'À bientôt' })
    await house.settle()
    return answer
  }

  async function sign(email: string, more = {}): Promise<Answer> {
    const link = (await mails(email)).map(({ text }) => /signatures\/([\w-]{43})/.exec(text)?.[1]).find(Boolean) ?? ''
    await visitor.post(`${open}/${link}/code`, {})
    await house.settle()
    const [mail] = (await mails(email)).filter(({ subject }) => subject.includes('code'))
    const code = /(\d{3} \d{3})/.exec(mail?.text ?? '')?.[1] ?? ''
    const answer = await visitor.post(`${open}/${link}/signature`, { code, name: 'Zoé', consent: 'on', ...more })
    await house.settle()
    return answer
  }

  await t.test('from a template to a sealed contract, signed in order by the client and the studio', async t => {
    const studioMail = `gerante-${++made}@example.test`
    const { client_id, session_id, email } = await clientWithSession()
    const page = await owner.get(`/contracts/new?client_id=${client_id}&session_id=${session_id}`)
    t.equal(page.statusCode, 200)
    t.match(page.body, `value="${session_id}"`)
    const answer = await owner.post('/contracts', { template: 'service_fr', client_id, session_ids: session_id })
    const id = idIn(answer)
    const card = await owner.get(`/contracts/${id}`)
    t.equal(card.statusCode, 200)
    t.match(card.body, 'prix total', 'what is missing is asked for')
    t.match(card.body, '<mark class="gap">other.prix_total</mark>')
    t.notMatch(card.body, '<script>alert')
    t.match(card.body, '&lt;script&gt;alert')
    const early = await send(id)
    t.equal(early.statusCode, 422, 'not before all is filled in')
    t.match(early.body, 'other.prix_total')
    t.equal((await row(id))?.['number'], null, 'and no number was used')

    const missing = [...card.body.matchAll(/name="gaps\.\d+\.name" value="([^"]+)"/g)].map(([, name]) => name ?? '')
    const gaps = missing.flatMap((name, at) => [
      [`gaps.${at}.name`, name],
      [`gaps.${at}.value`, `Valeur ${at} <b>`]
    ])
    t.equal(
      (await owner.post(`/contracts/${id}/gaps`, Object.fromEntries(gaps) as Record<string, string>)).statusCode,
      303
    )
    const people = [
      ['Zoé', email],
      ['Gérante', studioMail]
    ].flatMap(([name, mail], at) => [
      [`signers.${at}.step`, String(at + 1)],
      [`signers.${at}.name`, name],
      [`signers.${at}.email`, mail],
      [`signers.${at}.role`, '']
    ])
    await owner.post(`/contracts/${id}/signers`, Object.fromEntries(people) as Record<string, string>)
    const preview = await owner.get(`/contracts/${id}/preview.pdf`)
    t.equal(preview.headers['content-type'], 'application/pdf')
    const sent = await send(id)
    t.equal(sent.statusCode, 303, sent.body.slice(-400))
    const contract = await row(id)
    t.match(contract?.['number'], /^C\d{4}-0001$/)
    t.match((await mails(email))[0]?.subject, `contrat ${String(contract?.['number'])}`)
    t.equal((await mails(studioMail)).length, 0, 'the studio signs after the client')
    t.equal((await owner.post(`/contracts/${id}/text`, { title: 'Autre', body: 'Autre' })).statusCode, 409, 'frozen')

    t.equal((await sign(email)).statusCode, 422, 'a consumer within 14 days asks for it expressly')
    t.equal((await sign(email, { early_start: 'on' })).statusCode, 303)
    t.equal((await row(id))?.['state'], 'sent')
    t.equal((await sign(studioMail, { name: 'Gérante' })).statusCode, 303)
    t.equal((await row(id))?.['state'], 'signed')
    const done = await owner.get(`/contracts/${id}`)
    const [, sealed] = /href="[^"]*(\/signatures\/\d+\/sealed\.pdf)"/.exec(done.body) ?? []
    const pdf = Buffer.from((await owner.get(sealed ?? '')).rawPayload)
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true })
    t.match(text, 'Valeur 0 <b>')
    t.match(text, 'Preuve de signature')
    for (const path of [`/clients/${client_id}`, `/sessions/${session_id}`, '/search?q=prestation'])
      t.match((await owner.get(path)).body, `/contracts/${id}`, `${path} leads there`)
    await t.rejects(db('contracts').where({ id }).update({ title: 'Autre' }), /stays as it was/)
  })

  await t.test('the signing page shows the text, and what was sent does not change with the client', async t => {
    const { id, client_id, email } = await ready()
    await send(id)
    await db('clients').where({ id: client_id }).update({ name: 'Nouveau nom' })
    const link = (await mails(email)).map(({ text }) => /signatures\/([\w-]{43})/.exec(text)?.[1]).find(Boolean) ?? ''
    const page = await visitor.get(`${open}/${link}`)
    t.match(page.body, 'Entre Zoé &lt;script&gt;')
    t.match(page.body, 'À bientôt')
    t.notMatch(page.body, 'Nouveau nom')
  })

  await t.test(
    'declined, it says why; taken back, it is sent again as the next version under the same number',
    async t => {
      const { id, email } = await ready()
      await send(id)
      const link = (await mails(email)).map(({ text }) => /signatures\/([\w-]{43})/.exec(text)?.[1]).find(Boolean) ?? ''
      t.equal((await visitor.post(`${open}/${link}/refusal`, { reason: 'Prix trop haut' })).statusCode, 303)
      const first = await row(id)
      t.equal(first?.['state'], 'declined')
      t.match((await owner.get(`/contracts/${id}`)).body, 'Prix trop haut')
      t.match((await owner.get('/')).body, `/contracts/${id}`, 'Today shows what to see to')
      t.equal((await owner.post(`/contracts/${id}/revision`)).statusCode, 303)
      t.equal(
        (await owner.post(`/contracts/${id}/text`, { title: 'Contrat revu', body: 'Prix {{other.prix}} revu' }))
          .statusCode,
        303
      )
      t.equal((await send(id)).statusCode, 303)
      const second = await row(id)
      t.equal(second?.['number'], first?.['number'])
      t.equal(second?.['version'], 2)
      const versions = await db('contract_versions')
        .where({ contract_id: id })
        .orderBy('number')
        .select<{ id: number }[]>('id')
      t.equal(versions.length, 2)
      t.equal(
        (await owner.get(`/contracts/${id}/versions/${versions[0]?.id}`)).statusCode,
        200,
        'the first is still to be read'
      )
      await t.rejects(db('contract_versions').where({ contract_id: id }).delete(), /stays as it was/)
    }
  )

  await t.test('cancelled, its links are worth nothing; run out, it says so', async t => {
    const { id, email } = await ready()
    await send(id)
    t.equal((await owner.post(`/contracts/${id}/cancellation`, { reason: 'Séance annulée' })).statusCode, 303)
    await house.settle()
    t.equal((await row(id))?.['state'], 'cancelled')
    t.match((await mails(email))[0]?.text, 'retiré')
    const link = (await mails(email)).map(({ text }) => /signatures\/([\w-]{43})/.exec(text)?.[1]).find(Boolean) ?? ''
    t.equal((await visitor.get(`${open}/${link}`)).statusCode, 410)
    t.equal((await visitor.post(`${open}/${link}/code`, {})).statusCode, 409)
    const late = await ready()
    await send(late.id)
    const { request_id } = (await row(late.id)) as { request_id: number }
    await db('signature_requests')
      .where({ id: request_id })
      .update({ expires_at: new Date(Date.now() - 60_000) })
    await work(host, studio, 'signatures', 'expire')
    await house.settle()
    t.equal((await row(late.id))?.['state'], 'expired')
    t.equal((await owner.post(`/contracts/${late.id}/revision`)).statusCode, 303, 'it can be taken up again')
  })

  await t.test('sent twice at once, it is sent once; thirty at once have thirty numbers', async t => {
    const { id } = await ready()
    const answers = await Promise.all([send(id), send(id), send(id)])
    t.same(
      answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
      [303, 409, 409]
    )
    const before = await db('contract_numbers').first<{ last: number }>('last')
    const drafts = []
    for (let n = 0; n < 10; n++) drafts.push((await ready()).id)
    const sent = await Promise.all(drafts.map(draft => owner.post(`/contracts/${draft}/sending`, { days: 5 })))
    t.ok(sent.every(({ statusCode }) => statusCode === 303))
    const after = await db('contract_numbers').first<{ last: number }>('last')
    t.equal(after.last, before.last + 10)
    await house.settle()
  })

  await t.test('what cannot be is refused in words', async t => {
    const { client_id, session_id } = await clientWithSession()
    const other = await clientWithSession()
    const unknown = await owner.post('/contracts/templates', {
      name: 'Faux',
      language: 'fr',
      body: 'Bonjour {{client.nom}}'
    })
    t.equal(unknown.statusCode, 422)
    t.match(unknown.body, '{{client.nom}} n’est pas un champ connu')
    const stray = await owner.post('/contracts/templates', {
      name: 'Faux',
      language: 'fr',
      body: 'Bonjour {{client name}}'
    })
    t.match(stray.body, 'ne forment pas un champ')
    const theirs = await owner.post('/contracts', { template: 'service_fr', client_id, session_ids: other.session_id })
    t.equal(theirs.statusCode, 422)
    t.match(theirs.body, 'autre client')
    t.equal((await owner.post('/contracts', { template: '99', client_id })).statusCode, 422)
    t.equal((await owner.post('/contracts', { template: 'service_fr', client_name: 'Personne' })).statusCode, 422)
    const { id } = await ready()
    const twice = await owner.post(`/contracts/${id}/signers`, {
      'signers.0.step': 1,
      'signers.0.name': 'A',
      'signers.0.email': 'a@example.test',
      'signers.1.step': 2,
      'signers.1.name': 'B',
      'signers.1.email': 'a@example.test'
    })
    t.match(twice.body, 'signe déjà')
    t.equal((await owner.post(`/contracts/${id}/signers`, {})).statusCode, 303)
    t.match((await send(id)).body, 'au moins un signataire')
    t.equal((await house.engineer.get(`/contracts/${id}`)).statusCode, 403)
    t.equal((await house.stranger.get(`/contracts/${id}`)).statusCode, 404)
    t.ok(session_id)
  })

  await t.test('a template keeps its versions, and contracts the text they were written from', async t => {
    const id = await template(simple)
    const { client_id } = await clientWithSession()
    const contract = idIn(await owner.post('/contracts', { template: id, client_id }))
    t.equal((await owner.post(`/contracts/templates/${id}`, { name: 'Renommé', body: 'Texte neuf' })).statusCode, 303)
    const page = await owner.get(`/contracts/templates/${id}`)
    t.match(page.body, 'Version 2')
    t.match(page.body, 'Entre {{client.name}}', 'the first text is still to be read')
    t.match((await owner.get(`/contracts/${contract}`)).body, 'd’après Renommé, version 1')
    t.equal((await owner.post('/contracts/templates', { name: 'renommé', language: 'fr', body: 'x' })).statusCode, 422)
    t.equal((await owner.post(`/contracts/templates/${id}/archiving`)).statusCode, 303)
    t.equal(
      (await owner.post('/contracts', { template: id, client_id })).statusCode,
      422,
      'archived, it is not offered'
    )
  })

  await t.test('two clients who turn out to be one keep their contracts, the signed ones too', async t => {
    const { id, client_id, email } = await ready()
    await send(id)
    t.equal((await sign(email, { early_start: 'on' })).statusCode, 303)
    const into = await clientWithSession()
    const merged = await owner.api('POST', '/clients/merge', { id: into.client_id, from: client_id })
    if (merged.statusCode === 200) t.equal((await row(id))?.['client_id'], into.client_id)
    await db('contracts').where({ id }).update({ client_id: into.client_id })
    t.equal((await row(id))?.['client_id'], into.client_id)
  })

  await t.test('lists and cards ask the same of the database with many rows', async t => {
    const { id } = await ready()
    await house.settle()
    const few = await countQueries(house, () => owner.get('/contracts?q=zzz'))
    const many = await countQueries(house, () => owner.get('/contracts'))
    t.ok(many <= 8, `${many} statements`)
    t.ok(many <= few, `${many} with rows, ${few} without`)
    const card = await countQueries(house, () => owner.get(`/contracts/${id}`))
    t.ok(card <= 12, `${card} statements on a card with what others answer`)
  })

  await t.test('every page opens, in both languages', async t => {
    const { id } = await ready()
    const paths = ['', '/new', '/templates', '/templates/new?preset=service_en', `/${id}`, `/${id}/text`]
    for (const path of paths) {
      for (const language of ['fr', 'en']) {
        const answer = await owner.get(`/contracts${path}`, { 'accept-language': language })
        t.equal(answer.statusCode, 200, path)
        t.notMatch(answer.body, /contracts\.[a-z_]+\.[a-z_]+</, `${path} has all its words`)
      }
    }
  })
})
