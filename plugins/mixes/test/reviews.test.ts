import t from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { deliver, work } from '../../../core/events.ts'
import { makeMusic } from './make.ts'

t.test('reviews', async t => {
  const house = await openStudio(t)
  const { db, owner, manager, engineer, assistant, stranger, visitor, host, studio } = house
  const { add, track, revision } = makeMusic(db)
  const open = `//o/${studio.slug}/mixes`
  const reviews = (revision_id: number) => db('reviews').where({ revision_id }).orderBy('id')
  const stateOf = async (id: number) => (await db('revisions').where({ id }).first()).state
  const send = (id: number, more: Record<string, string | number> = {}) =>
    engineer.post(`/mixes/revisions/${id}/reviews`, {
      to_name: 'Zoé',
      to_email: '',
      message: '',
      due_on: '',
      ...more
    })
  const mailsTo = (to: string): Promise<{ subject: string; text: string }[]> =>
    host.tenants.master('mails').where({ recipient: to }).orderBy('id', 'desc').select('subject', 'text')

  /** A revision sent to somebody: the token of the link they were mailed, and what keeps them in. */
  async function sent(more: Parameters<typeof track>[0] & { version?: string } = {}) {
    const made = await track(more)
    const mix = await revision(made.track_id, {
      ...(more.version && { version: more.version }),
      created_by: engineer.id
    })
    const answer = await send(mix.id, { to_email: made.email })
    t.equal(answer.statusCode, 303, answer.body.slice(0, 300))
    await house.settle()
    const [mail] = await mailsTo(made.email)
    const token = /mixes\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? ''
    const page = await visitor.get(`${open}/${token}`)
    const headers = { cookie: page.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
    const decide = (fields: Record<string, string | number> = {}) =>
      visitor.post(`${open}/${token}/decision`, { revision_id: mix.id, name: 'Zoé', remark: '', ...fields }, headers)
    return { ...made, mix, token, page, headers, decide, mail }
  }
  const filed = async (track_id: number, project_id: number, revision_id: number) => {
    const ids = { audio_id: 1, project_id, track_id, revision_id }
    const [row] = await db('outbox').insert({ fact: 'mixes.filed', ids, by_name: 'Éric' }).returning('id')
    await deliver(host, studio, row.id)
    await house.settle()
  }

  await t.test(
    'goes to a named person by mail, and comes back approved with the file’s hash and the words',
    async t => {
      const { mix, mail, page, decide, track_id, title, headers, token } = await sent()
      t.match(mail?.subject, title)
      t.equal(page.statusCode, 200, page.body.slice(0, 300))
      t.match(page.body, 'Je valide')
      t.equal(await stateOf(mix.id), 'in_review')
      t.match((await engineer.get('/mixes')).body, title)
      const unticked = await decide({ outcome: 'approved' })
      t.equal(unticked.statusCode, 422)
      t.match(unticked.body, 'Cochez la phrase')
      const done = await decide({ outcome: 'approved', consent: 'on', remark: 'Magnifique' })
      t.equal(done.statusCode, 303, done.body.slice(0, 300))
      const [review] = await reviews(mix.id)
      t.match(review, {
        outcome: 'approved',
        decided_by: 'Zoé',
        remark: 'Magnifique',
        ip: '127.0.0.1',
        round: 1,
        beyond: false
      })
      t.same(review.sha256, mix.sha256)
      t.match(review.words, title)
      t.match(review.words, mix.sha256.toString('hex').slice(0, 12))
      t.equal(await stateOf(mix.id), 'approved')
      t.equal(
        (await db('tracks').where({ id: track_id }).first()).status,
        'mastering',
        'a final mix is approved: on to the master'
      )
      const part = await engineer.get(`/mixes/revisions/${mix.id}/reviews`)
      t.match(part.body, mix.sha256.toString('hex'))
      t.match(part.body, 'Magnifique')
      t.notMatch(part.body, 'Envoyer en validation', 'what is approved is not sent again')
      t.match((await visitor.get(`${open}/${token}`, headers)).body, 'Zoé a validé')
      await house.settle()
      t.match(await db('notifications').where({ person_id: engineer.id }).orderBy('id', 'desc').first(), {
        kind: 'mixes.decided'
      })
      await t.rejects(db('reviews').where({ id: review.id }).update({ outcome: 'changes' }), /stays as it was decided/)
      t.equal((await decide({ outcome: 'changes' })).statusCode, 409)
      const trail = await db('activity').where({ action: 'mixes.decide_by_link' }).orderBy('id', 'desc').first()
      t.match(trail, { person_name: 'Zoé', about: [`track:${track_id}`] })
      t.notMatch(JSON.stringify(trail), token)
    }
  )

  await t.test('of fifty answers at once one counts', async t => {
    const { mix, decide } = await sent()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        decide(
          at % 2 ? { outcome: 'approved', consent: 'on', name: `Zoé ${at}` } : { outcome: 'changes', name: `Zoé ${at}` }
        )
      )
    )
    t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
    t.equal(answers.filter(({ statusCode }) => statusCode === 409).length, 49)
    t.equal((await reviews(mix.id)).length, 1)
    t.ok(['approved', 'changes'].includes(await stateOf(mix.id)))
  })

  await t.test('sent fifty times at once, it is sent once', async t => {
    const mix = await revision((await track()).track_id)
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(mix.id)))
    t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
    t.equal(answers.filter(({ statusCode }) => statusCode === 422).length, 49)
    t.equal((await reviews(mix.id)).length, 1)
  })

  await t.test(
    'a guest comments, settles and takes back their own, by a link that lets them; nothing else',
    async t => {
      const { mix, token, headers } = await sent()
      const say = (fields: Record<string, string | number>) =>
        visitor.post(`${open}/${token}/comments`, { revision_id: mix.id, at: '', until: '', ...fields }, headers)
      const said = await say({ body: 'Ma voix est loin', at: '0:42' })
      t.equal(said.statusCode, 303, said.body.slice(0, 300))
      const [comment] = await db('track_comments').where({ revision_id: mix.id })
      t.match(comment, { author: 'Zoé', at_ms: 42_000, person_id: null })
      t.match((await visitor.get(`${open}/${token}/comments?revision=${mix.id}`, headers)).body, 'Ma voix est loin')
      t.equal((await say({ body: 'Et là', parent_id: comment.id })).statusCode, 303)
      t.equal((await say({ body: '', at: '0:10' })).statusCode, 422)
      const other = await revision((await track()).track_id)
      t.equal((await say({ body: 'x', revision_id: other.id })).statusCode, 404)
      const mine = await add('track_comments', {
        revision_id: mix.id,
        body: 'Noté',
        author: 'Éric',
        person_id: engineer.id
      })
      const button = (id: number, path: string) => visitor.post(`${open}/${token}/comments/${path}`, { id }, headers)
      t.equal((await button(mine, 'resolution')).statusCode, 403)
      t.equal((await button(mine, 'removal')).statusCode, 403)
      t.equal((await button(comment.id, 'resolution')).statusCode, 303)
      t.match(await db('track_comments').where({ id: comment.id }).first(), { resolved_by: 'Zoé' })
      await button(comment.id, 'resolution')
      t.equal((await db('track_comments').where({ id: comment.id }).first()).resolved_at, null)
      await button(comment.id, 'removal')
      t.ok(await db('track_comments').where({ id: comment.id }).first(), 'it was answered: it stays')
      await db('share_links').update({ scope: 'listen' })
      t.equal((await say({ body: 'Encore' })).statusCode, 403, 'a link for listening says nothing')
      await db('share_links').update({ scope: 'comment', revoked_at: new Date() })
      await say({ body: 'Encore' })
      t.equal((await visitor.get(`${open}/${token}`, headers)).statusCode, 410)
      t.same(await db('track_comments').where({ body: 'Encore' }), [], 'nor does one that was revoked')
    }
  )

  await t.test(
    'changes: the next revision takes the list along, ends what waits, and is sent as the next round',
    async t => {
      const { mix, decide, track_id, project_id } = await sent({ rounds_included: 3 })
      await add('track_comments', { revision_id: mix.id, body: 'Plus de basse', author: 'Zoé', at_ms: 1000 })
      t.equal((await decide({ outcome: 'changes', remark: 'Presque' })).statusCode, 303)
      t.equal(await stateOf(mix.id), 'changes')
      t.match((await engineer.get('/mixes?state=changes')).body, 'Changements demandés')
      const second = await revision(track_id)
      await filed(track_id, project_id, second.id)
      t.equal(await stateOf(mix.id), 'superseded')
      t.match(await db('track_comments').where({ revision_id: second.id }), [{ body: 'Plus de basse' }])
      t.equal((await send(mix.id)).statusCode, 422, 'an older one is not sent')
      t.equal((await send(second.id)).statusCode, 303)
      t.match(await reviews(second.id), [{ round: 2, outcome: null }])
      t.equal((await send(second.id)).statusCode, 422, 'not twice')
      t.match((await engineer.get(`/mixes/revisions/${second.id}/reviews`)).body, 'tour 2 sur 3')
      const [{ link_id }] = await reviews(second.id)
      const third = await revision(track_id)
      await filed(track_id, project_id, third.id)
      t.match(await reviews(second.id), [{ outcome: 'withdrawn' }], 'a later upload reopens')
      t.ok((await db('share_links').where({ id: link_id }).first()).revoked_at)
      t.equal((await send(third.id)).statusCode, 303)
      t.match(await reviews(third.id), [{ round: 2 }], 'what was withdrawn is no round')
    }
  )

  await t.test('what was approved stays so, and says that a later one is not', async t => {
    const { decide, track_id, project_id, mix } = await sent()
    await decide({ outcome: 'approved', consent: 'on' })
    const second = await revision(track_id)
    await filed(track_id, project_id, second.id)
    t.equal(await stateOf(mix.id), 'approved')
    const part = await engineer.get(`/mixes/revisions/${second.id}/reviews`)
    t.match(part.body, 'mix final r1 a été validé par Zoé ; mix final r2 est plus récent')
  })

  await t.test('one round beyond those agreed to: a quote is drafted, or it is offered on record', async t => {
    const made = await track({ rounds_included: 0, title: 'Orage' })
    const mix = await revision(made.track_id)
    const bare = await send(mix.id)
    t.equal(bare.statusCode, 422)
    t.match(bare.body, 'un tour de plus que prévu')
    t.match(bare.body, 'Proposer un supplément')
    t.equal((await db('quotes').where({ client_id: made.client_id })).length, 0, 'nothing before it is decided')
    t.equal((await send(mix.id, { beyond: 'propose' })).statusCode, 303)
    const [review] = await reviews(mix.id)
    const [quote] = await db('quotes').where({ client_id: made.client_id })
    t.match(review, { beyond: true, supplement: `quote:${quote.id}` })
    t.match(quote, { state: 'draft', title: 'Tour de mixage supplémentaire — Orage' })
    t.match(await db('quote_items').where({ quote_id: quote.id }), [
      { label: 'Tour de mixage supplémentaire — Orage (tour 1)', unit_micros: 0 }
    ])
    await engineer.post(`/mixes/reviews/${review.id}/withdrawal`)
    const item = { label: 'Tour de mix supplémentaire', unit: 'flat', unit_micros: 90_000_000 }
    await add('catalogue_items', item)
    await send(mix.id, { beyond: 'propose' })
    const [, second] = await db('quotes').where({ client_id: made.client_id }).orderBy('id')
    t.match(await db('quote_items').where({ quote_id: second.id }), [{ unit_micros: 90_000_000, net_cents: 9000 }])
    t.equal((await owner.get(`/quotes/${second.id}`)).statusCode, 200)
    const own = await track({ rounds_included: 0, client: false })
    const offered = await revision(own.track_id)
    t.equal((await send(offered.id, { beyond: 'propose' })).statusCode, 422, 'nobody to send a quote to')
    t.equal((await send(offered.id, { beyond: 'offer' })).statusCode, 303)
    t.match(await reviews(offered.id), [{ beyond: true, supplement: null }])
    const trail = await db('activity').where({ action: 'mixes.send_review' }).orderBy('id', 'desc').first()
    t.equal(trail.details.input.beyond, 'offer')
    const master = await revision(own.track_id, { version: 'master' })
    t.equal((await send(master.id)).statusCode, 303, 'masters have no such number')
  })

  await t.test('the studio notes an answer given by voice, or takes the question back', async t => {
    const { mix, decide, token, headers } = await sent()
    const [review] = await reviews(mix.id)
    const note = (fields: Record<string, string | number>) =>
      engineer.post(`/mixes/reviews/${review.id}/decision`, { name: 'Zoé', day: '', remark: '', ...fields })
    t.equal((await note({ outcome: 'approved', day: '2999-01-01' })).statusCode, 422)
    t.equal((await note({ outcome: 'maybe' })).statusCode, 422)
    t.equal((await assistant.post(`/mixes/reviews/${review.id}/decision`, {})).statusCode, 403)
    t.equal((await stranger.post(`/mixes/reviews/${review.id}/decision`, {})).statusCode, 404)
    t.equal((await note({ outcome: 'approved', remark: 'C’est parfait' })).statusCode, 303)
    const [noted] = await reviews(mix.id)
    t.match(noted, { outcome: 'approved', decided_by: 'Zoé', decided_person: engineer.id, remark: 'C’est parfait' })
    t.match(noted.words, /vive voix par Zoé .* noté par Éric/)
    t.same(noted.sha256, mix.sha256)
    t.equal((await decide({ outcome: 'changes' })).statusCode, 409)
    t.equal((await engineer.post(`/mixes/reviews/${review.id}/withdrawal`)).statusCode, 409)
    t.ok((await visitor.get(`${open}/${token}`, headers)).body.includes('noté par'))

    const other = await sent()
    const [waiting] = await reviews(other.mix.id)
    t.equal((await manager.post(`/mixes/reviews/${waiting.id}/withdrawal`)).statusCode, 303)
    t.equal(await stateOf(other.mix.id), 'draft')
    t.equal((await visitor.get(`${open}/${other.token}`, other.headers)).statusCode, 410)
    await other.decide({ outcome: 'approved', consent: 'on' })
    t.match(await reviews(other.mix.id), [{ outcome: 'withdrawn' }])
  })

  await t.test('who is late is written to once more, once, and whoever sent it hears of it', async t => {
    const { mix, email } = await sent()
    await db('reviews')
      .where({ revision_id: mix.id })
      .update({ due_on: db.raw('current_date - 3') })
    const before = (await mailsTo(email)).length
    const remind = () => work(host, studio, 'mixes', 'remind_reviewers')
    await remind()
    await house.settle()
    const letters = await mailsTo(email)
    t.equal(letters.length, before + 1)
    t.match(letters[0]?.subject, 'attend votre réponse')
    t.match(await db('notifications').where({ person_id: engineer.id }).orderBy('id', 'desc').first(), {
      kind: 'mixes.late'
    })
    await remind()
    await house.settle()
    t.equal((await mailsTo(email)).length, before + 1)
    t.match((await engineer.get('/mixes?state=late')).body, 'badge-late')
    const alone = await revision((await track({ title: 'Sans mail' })).track_id)
    await send(alone.id)
    await db('reviews')
      .where({ revision_id: alone.id })
      .update({ due_on: db.raw('current_date - 3') })
    await remind()
    await house.settle()
    t.match(
      (await engineer.get('/notifications')).body,
      'Sans mail',
      'nobody to write to: the studio hears of it all the same'
    )
    t.match((await engineer.get('')).body, 'id="today-mixes"')
  })

  await t.test('the list is searched, filtered, paged; as many statements with one row as with thirty', async t => {
    await db('reviews').delete()
    const first = await track({ title: 'Aurore boréale' })
    await send((await revision(first.track_id)).id)
    // what the host keeps for seconds is fresh in both
    const read = async () => {
      await house.settle()
      await engineer.get('/mixes')
      return countQueries(house, () => engineer.get('/mixes'))
    }
    const one = await read()
    for (let n = 0; n < 59; n++) {
      const { track_id } = await track()
      const { id } = await revision(track_id)
      await add('reviews', { revision_id: id, round: 1, to_name: `Nom ${n}`, ...(n < 3 && { due_on: '2020-01-01' }) })
    }
    const many = await read()
    t.equal(many, one)
    t.ok(one <= 8, `${one} statements`)
    const page = await engineer.get('/mixes')
    t.equal(page.body.match(/<tr id="review-/g)?.length, 50)
    const after = /after=([\w-]+)/.exec(page.body)?.[1]
    const rest = await engineer.get(`/mixes?after=${after}`)
    t.equal(rest.body.match(/<tr id="review-/g)?.length, 10)
    t.match(rest.body, 'Aurore boréale')
    t.equal((await engineer.get('/mixes?q=aurore')).body.match(/<tr id="review-/g)?.length, 1)
    t.equal((await engineer.get('/mixes?state=late')).body.match(/<tr id="review-/g)?.length, 3)
    t.match((await engineer.get('/mixes?q=rien-du-tout')).body, 'class="empty"')
    t.match((await engineer.get('/search/hits?q=auror')).body, 'Aurore boréale')
    t.equal((await stranger.get('/mixes')).statusCode, 404)
  })
})
