import t from 'tap'
import { countQueries, openStudio } from '../helper.ts'
import { kettle } from './kettle.ts'

t.test('search everywhere', async t => {
  const { plugin } = kettle(t)
  const house = await openStudio(t, { plugins: [plugin], work: false })
  const { owner, assistant, stranger, db } = house
  await db('kettles').insert([
    { name: 'Élan <b>doux</b>', litres: 1 },
    { name: 'Basse', litres: 2 }
  ])
  const hits = async (who: typeof owner, q: string) => {
    const answer = await who.get(`/search/hits?q=${encodeURIComponent(q)}`)
    t.equal(answer.statusCode, 200, answer.body)
    return [...answer.body.matchAll(/class="hit-label">([^<]*)</g)].map(match => match[1])
  }

  await t.test('finds records, pages and things to do, without case or accents', async t => {
    t.same(await hits(owner, 'ELAN'), ['Élan &lt;b&gt;doux&lt;/b&gt;'])
    t.same(await hits(owner, 'reglages'), ['Réglages'])
    t.same(await hits(owner, 'bouil'), ['Bouilloires', 'Remplir une bouilloire'])
    t.same(await hits(owner, 'bou rem'), ['Remplir une bouilloire'])
    t.same(await hits(owner, 'zzz'), [])
  })

  await t.test('groups them under headings', async t => {
    const { body } = await owner.get('/search/hits?q=b')
    const headings = [...body.matchAll(/<h3>([^<]+)</g)].map(match => match[1])
    t.same(headings, ['Pages', 'Actions'], 'one letter asks no plugin')
    t.match((await owner.get('/search/hits?q=basse')).body, '<h3>Bouilloires')
  })

  await t.test('is a whole page without script, and a fragment for the palette', async t => {
    const page = await owner.get('/search?q=basse')
    t.match(page.body, '<html')
    t.match(page.body, 'value="basse"')
    t.match(page.body, `href="/s/${house.studio.slug}/kettle/2"`)
    t.notMatch((await owner.get('/search/hits?q=basse')).body, '<html')
    t.match((await owner.get('/search/hits?q=zzz')).body, 'zzz')
  })

  await t.test('offers nobody what they may not do', async t => {
    t.ok((await hits(owner, '')).includes('Remplir une bouilloire'))
    t.notOk((await hits(assistant, '')).includes('Remplir une bouilloire'))
    t.notOk((await hits(assistant, '')).includes('Réglages'))
    t.equal((await stranger.get('/search?q=basse')).statusCode, 404)
  })

  await t.test('asks a fixed number of statements, and survives what people type', async t => {
    t.ok((await countQueries(house, () => owner.get('/search/hits?q=basse'))) <= 8)
    for (const q of ['%', "' or 1=1", '\\', '🎛️🎛️', 'x'.repeat(3000)]) await hits(owner, q)
    t.equal((await owner.get('/search/hits?q=a&q=b')).statusCode, 200)
  })

  await t.test('a plugin that is off is not asked', async t => {
    t.same(await hits(owner, 'basse'), ['Basse'])
    await owner.post('/settings/plugins/kettle/switch')
    t.same(await hits(owner, 'basse'), [])
    t.same(await hits(owner, 'bouil'), [])
  })
})
