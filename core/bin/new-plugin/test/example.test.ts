import t from 'tap'
import { countQueries, openStudio } from '../../../../test/helper.ts'
import { examplePlugin } from '../plugin.ts'

t.test('example', async t => {
  const house = await openStudio(t, { plugins: [examplePlugin], work: false })
  const { owner, engineer, assistant, stranger, visitor, db } = house

  await t.test('an item is added and shown', async t => {
    t.equal((await engineer.post('/example', { name: 'Zoé' })).statusCode, 303)
    t.match((await assistant.get('/example')).body, 'Zoé')
  })

  await t.test('what is wrong is said by the field, and what was typed stays', async t => {
    const answer = await engineer.post('/example', { name: 'zoe' })
    t.equal(answer.statusCode, 422)
    t.match(answer.body, 'f-name-error')
    t.match(answer.body, 'value="zoe"')
  })

  await t.test('only who may comes in', async t => {
    t.equal((await assistant.post('/example', { name: 'Léo' })).statusCode, 403)
    t.equal((await stranger.get('/example')).statusCode, 404)
    t.match((await visitor.get('/example')).location, /^\/sign-in/)
    t.equal((await db('example_items')).length, 1)
  })

  await t.test('a list asks the same number of statements whatever its rows', async t => {
    await owner.get('/example') // now who asks is known
    const few = await countQueries(house, () => owner.get('/example'))
    await db('example_items').insert(Array.from({ length: 40 }, (_, n) => ({ name: `Nº ${n}` })))
    t.equal(await countQueries(house, () => owner.get('/example')), few)
    const next = /rel="next" href="([^"]+)"/.exec((await owner.get('/example')).body)?.[1]
    t.match((await owner.get(`/example${next}`)).body, 'Zoé')
  })

  await t.test('one that is removed is gone; one that is not there is not found', async t => {
    t.equal((await owner.post('/example/1/removal')).statusCode, 303)
    t.equal((await owner.post('/example/1/removal')).statusCode, 404)
  })

  await t.test('off, it is gone', async t => {
    await owner.post('/settings/plugins/example/switch')
    t.equal((await owner.get('/example')).statusCode, 404)
  })
})
