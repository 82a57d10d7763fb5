import t from 'tap'
import { openStudio, visitorOf } from '../helper.ts'
import { kettle } from './kettle.ts'

const problem = 'application/problem+json; charset=utf-8'

t.test('the JSON API', async t => {
  const { plugin } = kettle(t)
  const house = await openStudio(t, { plugins: [plugin], work: false })
  const { owner, engineer, stranger, visitor, app, studio, elsewhere } = house
  const bearer = (token: string, method: 'GET' | 'POST', path: string, payload?: object, slug = studio.slug) =>
    app.inject({
      method,
      url: `/s/${slug}/api${path}`,
      headers: { authorization: `Bearer ${token}` },
      ...(payload && { payload })
    })
  const newToken = async (fields: Record<string, string | string[]>) => {
    const page = await owner.post('/tokens', { name: 'Script', days: '90', ...fields })
    t.equal(page.statusCode, 201, page.body)
    return /patchbay_[\w-]+/.exec(page.body)?.[0] ?? ''
  }

  await t.test('an action is called with JSON and answers with its value', async t => {
    const answer = await owner.api('POST', '/kettle/fill', { name: 'Alto', litres: 2 })
    t.equal(answer.statusCode, 200, answer.body)
    t.same(answer.json(), { value: { id: 1 } })
    const [row] = await house.db('activity').where({ action: 'kettle.fill' })
    t.match(row, { via: 'api', person_name: 'Olivia Owner', about: ['kettle:1'] })
  })

  await t.test('a list is read with its filters, and a wrong filter is refused', async t => {
    t.match((await owner.api('GET', '/kettle/list')).json(), { rows: [{ id: 1, name: 'Alto' }] })
    t.same((await owner.api('GET', '/kettle/list?name=Basse')).json().rows, [])
    const wrong = await owner.api('GET', '/kettle/list?colour=red')
    t.equal(wrong.statusCode, 422)
    t.equal(wrong.headers['content-type'], problem)
    t.ok(wrong.json().errors.colour)
  })

  await t.test('what is wrong is a sentence by field, in the asker’s language', async t => {
    const answer = await owner.api('POST', '/kettle/fill', { litres: 'many', lid: true })
    t.equal(answer.statusCode, 422)
    t.equal(answer.headers['content-type'], problem)
    t.same(Object.keys(answer.json().errors).toSorted(), ['lid', 'litres', 'name'])
    t.same((await owner.api('POST', '/kettle/fill', { name: 'hot', litres: 1 })).json().errors, {
      name: 'Trop chaude.'
    })
    t.same((await owner.api('POST', '/kettle/fill', { name: 'Do', litres: 15 })).json().errors, {
      litres: 'Elle déborderait.'
    })
  })

  await t.test('bodies that are no JSON object are refused, none with a 5xx', async t => {
    const send = (payload: string, type: string) =>
      owner.post('/api/kettle/fill', {}, { 'content-type': type }).then(() =>
        app.inject({
          method: 'POST',
          url: `/s/${studio.slug}/api/kettle/fill`,
          payload,
          headers: {
            'content-type': type,
            cookie: `sign-in=${owner.token}`,
            origin: 'http://localhost:3000',
            host: 'localhost:3000'
          }
        })
      )
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/xml'
    ]) {
      t.equal((await send('name=Alto&litres=2', type)).statusCode, 415, type)
    }
    t.equal((await send('null', 'application/json')).statusCode, 422)
    for (const body of ['{', '[]', '7', '"x"', '{"__proto__":{"a":1}}'])
      t.equal((await send(body, 'application/json')).statusCode, 400, body)
    t.equal((await send(JSON.stringify({ name: 'x'.repeat(300_000) }), 'application/json')).statusCode, 413)
  })

  await t.test('an action that cannot be undone takes a header of confirmation', async t => {
    const answer = await owner.api('POST', '/kettle/empty', { id: 1 })
    t.equal(answer.statusCode, 428)
    t.match(answer.json().title, 'Confirm: true')
    t.equal((await house.db('kettles')).length, 1)
    const token = await newToken({ permissions: 'kettle.write' })
    const url = `/s/${studio.slug}/api/kettle/empty`
    const done = await app.inject({
      method: 'POST',
      url,
      payload: { id: 1 },
      headers: { authorization: `Bearer ${token}`, confirm: 'true' }
    })
    t.equal(done.statusCode, 200, done.body)
    t.same(done.json(), { value: null })
  })

  await t.test('without permission 403, from elsewhere 404, signed out 401, all as problems', async t => {
    for (const [who, status] of [
      [engineer, 403],
      [stranger, 404],
      [visitor, 401]
    ] as const) {
      const answer = await who.api('POST', '/kettle/fill', { name: 'Do', litres: 1 })
      t.equal(answer.statusCode, status, answer.body)
      t.equal(answer.headers['content-type'], problem)
    }
    t.equal((await engineer.api('GET', '/kettle/list')).statusCode, 200)
    t.equal((await owner.api('GET', '/kettle/nothing')).statusCode, 404)
    const foreign = { 'content-type': 'application/json', origin: 'https://evil.test' }
    t.equal((await owner.post('/api/kettle/fill', {}, foreign)).statusCode, 403, 'a cookie from another origin')
  })

  await t.test('a token has the permissions it was given, in its studio only', async t => {
    const reads = await newToken({ permissions: 'kettle.read' })
    t.equal((await bearer(reads, 'GET', '/kettle/list')).statusCode, 200)
    t.equal((await bearer(reads, 'POST', '/kettle/fill', { name: 'Do', litres: 1 })).statusCode, 403)
    t.equal((await bearer(reads, 'GET', '/kettle/list', undefined, elsewhere.slug)).statusCode, 404)
    t.equal((await bearer(`${reads}x`, 'GET', '/kettle/list')).statusCode, 401)
    const page = await app.inject({ url: `/s/${studio.slug}/kettle`, headers: { authorization: `Bearer ${reads}` } })
    t.equal(page.statusCode, 303, 'a token opens no page')
    t.equal(
      (await house.host.tenants.master('api_tokens').whereRaw(`encode(token_hash, 'escape') like '%patchbay%'`)).length,
      0
    )
  })

  await t.test('nobody gives a token more than they have', async t => {
    const answer = await engineer.post('/tokens', {
      name: 'Plus',
      days: '30',
      permissions: ['kettle.read', 'kettle.write']
    })
    t.equal(answer.statusCode, 422)
    t.match(answer.body, /Choisissez parmi vos propres droits/)
    t.match(answer.body, 'value="Plus"')
    t.equal((await owner.post('/tokens', { name: 'Rien', days: '30' })).statusCode, 422, 'nor one without any')
  })

  await t.test('a token follows its person: less role, less token; revoked or expired, none', async t => {
    const master = house.host.tenants.master
    const token = await newToken({ permissions: ['kettle.read', 'kettle.write'] })
    const fill = () => bearer(token, 'POST', '/kettle/fill', { name: 'Do', litres: 1 })
    t.equal((await fill()).statusCode, 200)
    const [{ id }] = await master('api_tokens').orderBy('id', 'desc').limit(1)
    t.ok((await master('api_tokens').where({ id }).first('last_used_at')).last_used_at)
    const mine = { organization_id: studio.id, user_id: owner.id }
    await master('organization_members').insert({ organization_id: studio.id, user_id: stranger.id, role: 'owner' })
    await master('organization_members').where(mine).update({ role: 'engineer' })
    t.equal((await fill()).statusCode, 403)
    await master('organization_members').where(mine).update({ role: 'owner' })
    await master('organization_members').where({ organization_id: studio.id, user_id: stranger.id }).delete()
    t.equal((await engineer.post(`/tokens/${id}/revocation`)).statusCode, 404, 'another’s token is not found')
    t.equal((await fill()).statusCode, 200)
    t.equal((await owner.post(`/tokens/${id}/revocation`)).statusCode, 303)
    t.equal((await fill()).statusCode, 401)
    const short = await newToken({ permissions: 'kettle.read', days: '30' })
    await master('api_tokens')
      .where(mine)
      .update({ expires_at: new Date(Date.now() - 1000) })
    t.equal((await bearer(short, 'GET', '/kettle/list')).statusCode, 401)
  })

  await t.test('the OpenAPI document names what the asker may call, and no token makes tokens', async t => {
    const document = (await owner.api('GET', '/openapi.json')).json()
    t.equal(document.openapi, '3.1.0')
    const { post } = document.paths['/api/kettle/fill']
    t.equal(post.summary, 'Bouilloire remplie')
    t.same(post.requestBody.content['application/json'].schema.required.toSorted(), ['litres', 'name'])
    t.equal(document.paths['/api/kettle/empty'].post.parameters[0].name, 'Confirm')
    t.same(
      document.paths['/api/kettle/list'].get.parameters.map((one: { name: string }) => one.name),
      ['name', 'after']
    )
    t.notOk(Object.keys(document.paths).some(path => path.includes('token')))
    const theirs = (await engineer.api('GET', '/openapi.json')).json()
    t.same(
      Object.keys(theirs.paths).filter(path => path.startsWith('/api/kettle/')),
      ['/api/kettle/list']
    )
    const page = await owner.get('/api?plugin=kettle')
    t.equal(page.statusCode, 200, page.body)
    t.match(page.body, 'Bouilloire remplie')
    const outsider = await visitorOf(app, house.host.tenants.master, elsewhere, stranger.id)
    t.equal((await outsider.api('GET', '/openapi.json')).statusCode, 200)
  })

  await t.test('a plugin that is off is gone from the API', async t => {
    await owner.post('/settings/plugins/kettle/switch')
    t.equal((await owner.api('GET', '/kettle/list')).statusCode, 404)
    t.equal((await owner.api('POST', '/kettle/fill', { name: 'Do', litres: 1 })).statusCode, 404)
    t.notMatch((await owner.api('GET', '/openapi.json')).body, 'kettle')
  })
})
