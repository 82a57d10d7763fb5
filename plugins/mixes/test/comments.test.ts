import t from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Answer } from '../../../test/helper.ts'
import { deliver } from '../../../core/events.ts'
import { midiMarkers } from '../comments/exporting.ts'
import { momentText, optionalMoment, parseMoment, spanText } from '../comments/moments.ts'
import { makeMusic } from './make.ts'

t.test('places in the music are written as people write them', async t => {
  for (const [text, ms] of [
    ['1:23.4', 83_400],
    ['1:02:03', 3_723_000],
    ['83,45', 83_450],
    [' 0:07 ', 7000],
    ['90:00', 5_400_000]
  ] as const)
    t.equal(parseMoment(text), ms, text)
  for (const text of ['1:60', 'x', '1:2:3:4', '-3', '1:61:00', '', '1.2345'])
    t.equal(parseMoment(text), undefined, text)
  t.equal(momentText(83_400), '1:23.4')
  t.equal(momentText(3_723_050), '1:02:03.05')
  t.equal(spanText({ at_ms: 7000, until_ms: 9500 }), '0:07–0:09.5')
  t.equal(spanText({ at_ms: null, until_ms: null }), undefined)
  const field = optionalMoment()
  t.equal(field.parse(''), null)
  t.equal(field.parse(1500), 1500)
  t.equal(field.safeParse('bientôt').success, false)
  t.equal(field.safeParse(-1).success, false)
})

t.test('comments', async t => {
  const house = await openStudio(t)
  const { db, owner, manager, engineer, assistant, stranger, host } = house
  const { track, revision } = makeMusic(db)
  const rows = (revision_id: number) => db('track_comments').where({ revision_id }).orderBy('id')
  const say = (who: typeof owner, id: number, fields: Record<string, string | number>) =>
    who.post(`/mixes/revisions/${id}/comments`, { at: '', until: '', ...fields })
  const idIn = (answer: Answer) => Number(/#comment-(\d+)$/.exec(answer.location)?.[1])

  await t.test('is said of the whole, at a moment, of a span; what is wrong keeps what was typed', async t => {
    const { track_id } = await track()
    const { id } = await revision(track_id)
    const said = await say(engineer, id, { body: 'Voix <b>trop</b> fortes', at: '1:23.4', until: '1:30' })
    t.equal(said.statusCode, 303, said.body.slice(0, 300))
    t.match(said.location, `/mixes/tracks/${track_id}?revision=${id}#comment-`)
    t.match(await rows(id), [{ at_ms: 83_400, until_ms: 90_000, author: engineer.name, person_id: engineer.id }])
    t.equal((await say(assistant, id, { body: 'Beau travail' })).statusCode, 303)
    const list = await engineer.get(`/mixes/revisions/${id}/comments`)
    t.match(list.body, 'Voix &lt;b&gt;trop&lt;/b&gt; fortes')
    t.match(list.body, 'data-at-ms="83400"')
    t.match(list.body, 'data-until-ms="90000"')
    t.ok(list.body.indexOf('Beau travail') < list.body.indexOf('Voix &lt;'), 'of the whole comes first')
    for (const [field, value, words] of [
      ['at', 'demain', 'comme 1:23'],
      ['until', '0:10', 'La fin vient après'],
      ['until', '9:00', 'plus court'],
      ['body', '', 'Commentaire']
    ] as const) {
      const wrong = await say(engineer, id, { body: 'Mots gardés', at: '0:20', [field]: value })
      t.equal(wrong.statusCode, 422, `${field} ${value}`)
      t.match(wrong.body, words)
      if (field !== 'body') t.match(wrong.body, 'Mots gardés')
    }
    t.equal((await say(engineer, id, { body: 'Fin', until: '0:10' })).statusCode, 422, 'an end has a beginning')
    t.equal((await rows(id)).length, 2)
    t.equal((await say(stranger, id, { body: 'x' })).statusCode, 404)
    t.equal((await say(engineer, 99_999, { body: 'x' })).statusCode, 404)
  })

  await t.test('the list is not sent again to whom has it as it is', async t => {
    const { id } = await revision((await track()).track_id)
    await say(engineer, id, { body: 'Un' })
    const { body } = await engineer.get(`/mixes/revisions/${id}/comments`)
    const seen = /seen=([\w-]+)/.exec(body)?.[1]
    t.equal((await engineer.get(`/mixes/revisions/${id}/comments?seen=${seen}`)).statusCode, 204)
    await say(engineer, id, { body: 'Deux' })
    t.equal((await engineer.get(`/mixes/revisions/${id}/comments?seen=${seen}`)).statusCode, 200)
  })

  await t.test(
    'threads are one deep; settled by anybody; words are one’s own until somebody takes them up',
    async t => {
      const { id } = await revision((await track()).track_id)
      const root = idIn(await say(engineer, id, { body: 'Plus de basse', at: '0:10' }))
      t.equal((await assistant.post(`/mixes/comments/${root}`, { body: 'Moins', at: '', until: '' })).statusCode, 403)
      t.equal(
        (await engineer.post(`/mixes/comments/${root}`, { body: 'Moins', at: '0:11', until: '' })).statusCode,
        303
      )
      t.match(await rows(id), [{ body: 'Moins', at_ms: 11_000 }])
      t.ok((await rows(id))[0].edited_at)
      const answer = idIn(await assistant.post(`/mixes/comments/${root}/answers`, { body: 'Fait ?' }))
      const deeper = idIn(await engineer.post(`/mixes/comments/${answer}/answers`, { body: 'Oui' }))
      t.match(await rows(id), [{ id: root }, { id: answer, parent_id: root }, { id: deeper, parent_id: root }])
      const late = await engineer.post(`/mixes/comments/${root}`, { body: 'Autre', at: '', until: '' })
      t.equal(late.statusCode, 422)
      t.match(late.body, 'Quelqu’un y a déjà répondu')
      t.equal((await assistant.post(`/mixes/comments/${root}/resolution`)).statusCode, 303)
      t.match((await rows(id))[0], { resolved_by: assistant.name })
      t.equal((await engineer.get(`/mixes/revisions/${id}/comments?show=open`)).body.includes('Fait ?'), false)
      t.ok((await engineer.get(`/mixes/revisions/${id}/comments?show=resolved`)).body.includes('Fait ?'))
      await engineer.post(`/mixes/comments/${root}/reopening`)
      t.equal((await rows(id))[0].resolved_at, null)
      t.equal((await engineer.post(`/mixes/comments/${answer}/resolution`)).statusCode, 303)
      t.equal((await rows(id))[1].resolved_at, null, 'an answer is settled with its request')
      t.equal((await assistant.post(`/mixes/comments/${root}/removal`)).statusCode, 403)
      t.equal((await manager.post(`/mixes/comments/${root}/removal`)).statusCode, 303)
      t.same(await rows(id), [])
      const trail = await db('activity').where('action', 'like', 'mixes.%comment').orderBy('id', 'desc').first()
      t.match(trail, { action: 'mixes.remove_comment', person_id: manager.id })
      t.match(JSON.stringify(trail.details), 'Moins', 'the trail keeps what was said')
    }
  )

  await t.test('filters: mine, by author, latest first', async t => {
    const { id } = await revision((await track()).track_id)
    await say(engineer, id, { body: 'Tard', at: '2:00' })
    await say(assistant, id, { body: 'Tôt', at: '0:05' })
    const read = async (query: string) => (await engineer.get(`/mixes/revisions/${id}/comments?${query}`)).body
    t.notMatch(await read('show=mine'), 'Tôt')
    t.match(await read('show=mine'), 'Tard')
    const by = await read(`by=${encodeURIComponent(assistant.name)}`)
    t.ok(by.includes('>Tôt<') && !by.includes('>Tard<'))
    const latest = await read('sort=latest')
    t.ok(latest.indexOf('>Tôt<') < latest.indexOf('>Tard<'))
    const place = await read('')
    t.ok(place.indexOf('>Tôt<') < place.indexOf('>Tard<'))
    t.ok((await read('show=nonsense&sort=nonsense')).includes('>Tôt<'))
  })

  await t.test('who is called by name hears of it, by mail too; who uploaded hears of the rest', async t => {
    const { id } = await revision((await track({ title: 'Lune' })).track_id, { created_by: engineer.id })
    await say(manager, id, { body: `@${assistant.name.toLowerCase()} tu peux écouter ?`, at: '0:30' })
    await say(manager, id, { body: 'Belle voix' })
    await house.settle()
    const news = (person: number) => db('notifications').where({ person_id: person }).orderBy('id', 'desc')
    t.match((await rows(id))[0].mentions.map(Number), [assistant.id])
    t.match(await news(assistant.id), [{ kind: 'mixes.mentioned' }])
    t.match(await news(engineer.id), [{ kind: 'mixes.commented' }])
    t.match((await assistant.get('/notifications')).body, 'Lune')
    const mails = await host.tenants.master('mails').where({ recipient: assistant.email })
    t.equal(mails.length, 1)
    const before = (await news(engineer.id)).length
    await manager.post(`/mixes/comments/${(await rows(id))[1].id}/resolution`)
    await house.settle()
    t.equal((await news(engineer.id)).length, before, 'a tick is no news')
    t.equal((await say(manager, id, { body: 'x', mentions: 999_999 })).statusCode, 422)
  })

  await t.test(
    'open ones come along to the next revision as a list to tick off, and are one with where they were said',
    async t => {
      const { track_id, project_id } = await track()
      const first = await revision(track_id)
      const open = idIn(await say(engineer, first.id, { body: 'Plus de souffle', at: '0:12' }))
      const done = idIn(await say(engineer, first.id, { body: 'Déjà fait' }))
      await engineer.post(`/mixes/comments/${done}/resolution`)
      const second = await revision(track_id)
      const filed = async (revision_id: number) => {
        const ids = { audio_id: 1, project_id, track_id, revision_id }
        const [row] = await db('outbox').insert({ fact: 'mixes.filed', ids, by_name: 'Éric' }).returning('id')
        await deliver(host, house.studio, row.id)
      }
      await filed(second.id)
      t.match(await rows(second.id), [
        { body: 'Plus de souffle', at_ms: 12_000, author: engineer.name, carried_from: open }
      ])
      t.equal((await rows(second.id)).length, 1)
      await filed(second.id)
      t.equal((await rows(second.id)).length, 1, 'heard twice, carried once')
      const list = await engineer.get(`/mixes/revisions/${second.id}/comments`)
      t.match(list.body, 'Demandé sur mix final r1')
      t.match(list.body, '0 sur 1 faites')
      const [carried] = await rows(second.id)
      await assistant.post(`/mixes/comments/${carried.id}/resolution`)
      t.match(await db('track_comments').where({ id: open }).first(), { resolved_by: assistant.name })
      await assistant.post(`/mixes/comments/${open}/reopening`)
      const third = await revision(track_id)
      await filed(third.id)
      t.match(await rows(third.id), [{ carried_from: open }], 'the list names where it was first said')
      const master = await revision(track_id, { version: 'master' })
      await filed(master.id)
      t.match(await rows(master.id), [{ carried_from: open }], 'a first master takes what is open on the last mix')
      t.equal((await engineer.post(`/mixes/comments/${open}`, { body: 'x', at: '', until: '' })).statusCode, 422)
    }
  )

  await t.test('as files that a DAW reads', async t => {
    const { id } = await revision((await track({ title: 'Été' })).track_id)
    await say(engineer, id, { body: 'Souffle "fort", ici\nvraiment', at: '1:23.4' })
    await say(engineer, id, { body: '=SOMME(A1)', at: '0:10', until: '0:12.5' })
    await say(engineer, id, { body: 'De tout' })
    const file = (name: string) => engineer.get(`/mixes/revisions/${id}/${name}`)
    const text = await file('comments.txt')
    t.match(text.headers['content-disposition'], /attachment; filename\*=UTF-8''%C3%89t%C3%A9.*\.txt/)
    t.match(text.body, '[ ] 1:23.4')
    t.match(text.body, 'De tout')
    const csv = (await file('comments.csv')).body
    t.equal(csv.split('\r\n').length, 5)
    t.match(csv, "'=SOMME(A1)", 'no cell is a formula')
    t.equal(
      (await file('markers.csv')).body,
      [
        '#,Name,Start,End,Length',
        'R1,"Éric Engineer : =SOMME(A1)",0:10.000,0:12.500,0:02.500',
        'M1,"Éric Engineer : Souffle ""fort"", ici vraiment",1:23.400,,',
        ''
      ].join('\r\n')
    )
    t.equal(
      (await file('labels.txt')).body,
      '10.000000\t12.500000\tÉric Engineer : =SOMME(A1)\n83.400000\t83.400000\tÉric Engineer : Souffle "fort", ici vraiment\n'
    )
    const midi = (await file('markers.mid')).rawPayload
    t.same(readMidi(midi), [
      { ms: 0, type: 0x03, text: 'Zoé – Été' },
      { ms: 0, type: 0x51, text: '7a120' },
      { ms: 10_000, type: 0x06, text: 'Éric Engineer : =SOMME(A1)' },
      { ms: 12_500, type: 0x06, text: '] Éric Engineer : =SOMME(A1)' },
      { ms: 83_400, type: 0x06, text: 'Éric Engineer : Souffle "fort", ici vraiment' },
      { ms: 83_400, type: 0x2f, text: '' }
    ])
    const empty = midiMarkers({ title: 'x', artist: null } as Parameters<typeof midiMarkers>[0], [])
    t.equal(readMidi(empty).length, 3, 'nothing said is a file all the same')
  })

  await t.test('as many statements with one comment as with thirty', async t => {
    const { id } = await revision((await track()).track_id)
    await say(engineer, id, { body: 'Un' })
    const read = async () => {
      await house.settle()
      // what the host keeps for seconds is fresh in both
      await engineer.get(`/mixes/revisions/${id}/comments`)
      return countQueries(house, () => engineer.get(`/mixes/revisions/${id}/comments`))
    }
    const one = await read()
    for (let n = 0; n < 29; n++) await say(engineer, id, { body: `Encore ${n}`, at: `0:${10 + n}` })
    t.equal(await read(), one)
    t.ok(one <= 8, `${one} statements`)
  })
})

/** The events of a Standard MIDI File of one track, its times by its own tempo; throws when it is none. */
function readMidi(file: Buffer): { ms: number; type: number; text: string }[] {
  const ascii = (at: number) => file.toString('latin1', at, at + 4)
  if (ascii(0) !== 'MThd' || file.readUInt32BE(4) !== 6 || file.readUInt16BE(8) !== 0 || file.readUInt16BE(10) !== 1)
    throw new Error('no MIDI file of one track')
  const beat = file.readUInt16BE(12)
  if (ascii(14) !== 'MTrk' || file.readUInt32BE(18) !== file.length - 22) throw new Error('no track')
  const events: { ms: number; type: number; text: string }[] = []
  let at = 22
  let ticks = 0
  const number = () => {
    let value = 0
    for (;;) {
      const byte = file[at++] ?? 0
      value = (value << 7) | (byte & 127)
      if (byte < 128) return value
    }
  }
  while (at < file.length) {
    ticks += number()
    if (file[at++] !== 0xff) throw new Error('only meta events')
    const type = file[at++] ?? 0
    const length = number()
    const data = file.subarray(at, at + length)
    at += length
    const text = type === 0x51 ? data.readUIntBE(0, 3).toString(16) : data.toString()
    events.push({ ms: Math.round((ticks * 500) / beat), type, text })
  }
  return events
}
