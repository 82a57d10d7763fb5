import t from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Fields, House } from '../../../test/helper.ts'
import { clients } from '../../clients/plugin.ts'
import { sessions } from '../../sessions/plugin.ts'
import { projects } from '../plugin.ts'
import { links, titles } from '../tracks/fields.ts'
import { yearIn } from '../tracks/isrc-actions.ts'
import { parseIsrc, showIsrc } from '../tracks/isrc.ts'
import { parseIswc, showIswc } from '../tracks/iswc.ts'
import { parseKey } from '../tracks/key.ts'
import { languageOf } from '../tracks/languages.ts'
import { parseLength, showLength } from '../tracks/length.ts'
import { sheetOf } from '../tracks/sheet.ts'

t.test('what people type is understood', async t => {
  t.test('an ISRC with hyphens, without, in small letters', async t => {
    for (const text of ['FR-6V8-26-00012', 'fr6v82600012', 'ISRC FR 6V8 26 00012', 'FR‐6V8‐26‐00012']) {
      t.equal(parseIsrc(text), 'FR6V82600012', text)
    }
    for (const text of ['FR-6V8-26-0012', 'F16V82600012', 'FR6V8260001A', '']) t.equal(parseIsrc(text), undefined, text)
    t.equal(showIsrc('FR6V82600012'), 'FR-6V8-26-00012')
  })

  t.test('an ISWC, by its check digit', async t => {
    for (const text of ['T-034.524.680-1', 'T0345246801', 't-034.524.680-1', 'ISWC T-034.524.680-1']) {
      t.equal(parseIswc(text), 'T0345246801', text)
    }
    t.equal(parseIswc('T-000.000.001-0'), 'T0000000010', 'a zero')
    for (const wrong of [0, 2, 3, 4, 5, 6, 7, 8, 9]) t.equal(parseIswc(`T-034.524.680-${wrong}`), undefined)
    t.equal(parseIswc('T-043.524.680-1'), undefined, 'two digits in each other’s place')
    t.equal(showIswc('T0345246801'), 'T-034.524.680-1')
  })

  t.test('a length', async t => {
    const lengths = {
      '3:45': 225_000,
      '1:02:03': 3_723_000,
      "3'45": 225_000,
      '0:07': 7000,
      '3 min 45': 225_000,
      '225s': 225_000
    }
    for (const [text, ms] of Object.entries({ ...lengths, '3:45,250': 225_250, '74:00': 4_440_000 })) {
      t.equal(parseLength(text), ms, text)
    }
    for (const text of ['3:75', '3', '', '0:00', '-3:45', '25:00:00']) t.equal(parseLength(text), undefined, text)
    t.same([225_000, 3_723_000, 7400].map(showLength), ['3:45', '1:02:03', '0:07'])
  })

  t.test('a key, in letters or French names', async t => {
    const keys = {
      Am: 'Am',
      'la mineur': 'Am',
      'F#': 'F#',
      'fa dièse mineur': 'F#m',
      'Si♭': 'Bb',
      'B flat minor': 'Bbm',
      Bb: 'Bb',
      'do majeur': 'C'
    }
    for (const [text, key] of Object.entries(keys)) t.equal(parseKey(text), key, text)
    for (const text of ['H', 'la la', 'Amm', '']) t.equal(parseKey(text), undefined, text)
  })

  t.test('a language, by name or code', async t => {
    t.same(['fr', 'Français', 'anglais', 'English', 'Esperanto'].map(languageOf), ['fr', 'fr', 'en', 'en', 'eo'])
    t.equal(languageOf('klingon'), undefined)
  })

  t.test('titles as they are pasted', async t => {
    const read = titles().parse('01. Marées 4:12\n\n  2 - Grève (Live)\r\n99 Luftballons\nTop 10 - 3:05')
    t.same(read, [
      { title: 'Marées', duration_ms: 252_000 },
      { title: 'Grève (Live)', duration_ms: null },
      { title: '99 Luftballons', duration_ms: null },
      { title: 'Top 10', duration_ms: 185_000 }
    ])
    t.notOk(titles().safeParse(' \n ').success)
    t.notOk(titles().safeParse(Array.from({ length: 201 }, () => 'x').join('\n')).success)
  })

  t.test('references, by https only', async t => {
    t.same(
      links().parse([
        { label: '', href: '' },
        { label: 'Mix', href: 'example.test/a' }
      ]),
      [{ label: 'Mix', href: 'https://example.test/a' }]
    )
    for (const href of ['http://example.test', 'javascript:alert(1)', 'data:text/html,x', '']) {
      t.notOk(links().safeParse([{ label: 'x', href }]).success, href)
    }
  })
})

t.test('tracks', async t => {
  const house = await openStudio(t, { plugins: [clients, sessions, projects], work: false })
  const { db, manager, engineer, assistant, stranger } = house

  await t.test('many titles are added at once, behind those there are', async t => {
    const id = await project(house)
    t.match((await manager.get(`/projects/${id}/tracks/new`)).body, '<textarea')
    const added = await manager.post(`/projects/${id}/tracks`, { titles: '1. Marées 3:45\nGrève\n<b>Écume</b>' })
    t.equal(added.statusCode, 303)
    await manager.post(`/projects/${id}/tracks`, { titles: 'Sillage' })
    t.same(await order(house, id), ['Marées', 'Grève', '<b>Écume</b>', 'Sillage'])
    const page = await assistant.get(`/projects/${id}`)
    t.equal(page.statusCode, 200)
    t.match(page.body, '3:45')
    t.match(page.body, '&lt;b&gt;Écume')
    t.notMatch(page.body, '<b>Écume')
    const empty = await manager.post(`/projects/${id}/tracks`, { titles: '  ' })
    t.equal(empty.statusCode, 422)
    t.equal((await assistant.post(`/projects/${id}/tracks`, { titles: 'Non' })).statusCode, 403)
    t.equal((await stranger.get(`/projects/${id}/tracks`)).statusCode, 404)
    t.equal((await manager.post('/projects/999999/tracks', { titles: 'Non' })).statusCode, 404)
  })

  await t.test('several are brought to where they are at once, those of the project and no others', async t => {
    const { id, ids } = await withTracks(house, ['a', 'b', 'c'])
    const other = await withTracks(house, ['d'])
    const states = () => db('tracks').where({ project_id: id }).orderBy('position').pluck('status')
    const set = (track_ids: readonly (number | undefined)[], status = 'mastering', who = manager) =>
      who.post(`/projects/${id}/statuses`, { status, track_ids: track_ids.map(Number) })
    const page = await engineer.get(`/projects/${id}/statuses`)
    t.match(page.body, `value="${ids[2]}"`)
    t.match((await engineer.get(`/projects/${id}`)).body, `/projects/${id}/statuses"`)
    const done = await set([ids[0], ids[2]])
    t.equal(done.location, `/s/${house.studio.slug}/projects/${id}#tracks`)
    t.same(await states(), ['mastering', 'to_record', 'mastering'])
    t.match(
      await db('activity').where({ action: 'projects.set_track_statuses' }).orderBy('id', 'desc').first(),
      { about: [`project:${id}`, `track:${ids[0]}`, `track:${ids[2]}`] },
      'each of them has it in its trail'
    )
    const none = await set([])
    t.equal(none.statusCode, 422)
    t.equal((await set([ids[1], other.ids[0]])).statusCode, 422, 'one of another project: none is changed')
    const unclear = await set([ids[1]], 'finished')
    t.equal(unclear.statusCode, 422)
    t.match(unclear.body, new RegExp(`value="${ids[1]}"[^>]* checked`), 'what was ticked stays so')
    t.equal((await set([ids[1]], 'mixing', assistant)).statusCode, 403)
    t.equal((await set([ids[1]], 'mixing', stranger)).statusCode, 404)
    t.same(await states(), ['mastering', 'to_record', 'mastering'])
    t.same(await db('tracks').where({ id: other.ids[0] }).pluck('status'), ['to_record'])
  })

  await t.test('they are put in order by number, up and down, and stay whole when many move at once', async t => {
    const { id, ids } = await withTracks(house, ['a', 'b', 'c', 'd', 'e'])
    const move = (at: number, position: number | string) =>
      manager.post(`/projects/tracks/${ids[at]}/place`, { position })
    t.equal((await move(4, 1)).location, `/s/${house.studio.slug}/projects/${id}#tracks`)
    t.same(await order(house, id), ['e', 'a', 'b', 'c', 'd'])
    await move(0, 4)
    t.same(await order(house, id), ['e', 'b', 'c', 'a', 'd'])
    await move(1, 900)
    t.same(await order(house, id), ['e', 'c', 'a', 'd', 'b'])
    t.equal((await move(1, 'zero')).statusCode, 303, 'a wrong number changes nothing')
    t.equal((await manager.api('POST', '/projects/move_track', { id: ids[1] })).statusCode, 422, 'nor does none')
    const step = (by: number) => manager.post(`/projects/tracks/${ids[1]}/place`, { by })
    await Promise.all([step(-1), step(-1)])
    t.same(await order(house, id), ['e', 'c', 'b', 'a', 'd'], 'two steps are two')
    for (const by of [1, 1, 1, 1]) await step(by)
    t.same(await order(house, id), ['e', 'c', 'a', 'd', 'b'], 'the end is the end')
    await Promise.all(Array.from({ length: 50 }, (_, turn) => move(turn % 5, ((turn * 7) % 5) + 1)))
    const rows = await db('tracks')
      .where({ project_id: id })
      .orderBy('position')
      .select<{ position: number }[]>('position')
    t.same(
      rows.map(({ position }) => position),
      [1, 2, 3, 4, 5]
    )
  })

  await t.test('a track is changed whole, shown back, and not over somebody else’s change', async t => {
    const { ids } = await withTracks(house, ['Marées'])
    const at = `/projects/tracks/${ids[0]}`
    const saved = await manager.post(at, { ...whole, version: 1 })
    t.equal(saved.statusCode, 303, saved.body)
    const card = (await assistant.get(at)).body
    for (const text of [
      'Radio Edit',
      'Am',
      '92,5',
      '6/8',
      '3:45',
      'FR-6V8-26-00001',
      'T-034.524.680-1',
      'français, anglais',
      'U87',
      '2026 Label'
    ]) {
      t.match(card, text, text)
    }
    t.match(card, 'première ligne\ndeuxième ligne')
    t.match(card, 'rel="noopener noreferrer"')
    const edit = (await manager.get(`${at}/edit`)).body
    for (const text of [
      'value="92,5"',
      'value="3:45"',
      'value="FR-6V8-26-00001"',
      'value="français, anglais"',
      'value="https://example.test/ref"',
      'value="-1,5"'
    ]) {
      t.match(edit, text, text)
    }
    const late = await engineer.post(at, { ...whole, version: 1, title: 'Autre' })
    t.equal(late.statusCode, 409)
    t.match(late.body, 'value="Autre"', 'what was typed is not lost')
    t.equal((await db('tracks').where({ id: ids[0] }).first<{ title: string }>('title')).title, 'Marées')
  })

  await t.test('what cannot be read is said by its field', async t => {
    const { ids } = await withTracks(house, ['Marées'])
    const wrong = {
      title: '',
      bpm: '0',
      key: 'H',
      time_signature: '4',
      duration_ms: '3',
      isrc: 'FR',
      iswc: 'T-034.524.680-2',
      languages: 'klingon',
      sheet_rate: '12',
      sheet_lufs: '3',
      'links.0.href': 'http://example.test'
    }
    const answer = await manager.post(`/projects/tracks/${ids[0]}`, { status: 'mixing', ...wrong })
    t.equal(answer.statusCode, 422)
    for (const field of Object.keys(wrong)) t.match(answer.body, `href="#f-${field}"`, field)
  })

  await t.test('a typed ISRC is kept for ever and refused for another track', async t => {
    const { ids } = await withTracks(house, ['Un', 'Deux'])
    const [one, two] = ids.map(id => `/projects/tracks/${id}`) as [string, string]
    const given = { title: 'Un', status: 'mixing' }
    t.equal((await manager.post(one, { ...given, isrc: 'FR-AAA-26-00007' })).statusCode, 303)
    t.equal((await manager.post(two, { ...given, isrc: 'fraaa2600007' })).statusCode, 422)
    t.equal((await manager.post(one, { ...given, isrc: '' })).statusCode, 303)
    t.equal(
      (await manager.post(one, { ...given, isrc: 'FRAAA2600007' })).statusCode,
      303,
      'the same track takes it back'
    )
    await manager.post(`${one}/removal`)
    t.equal((await db('isrc_codes').where({ code: 'FRAAA2600007' })).length, 1)
    await t.rejects(db('isrc_codes').delete(), /stays given out/)
  })

  await t.test('codes are assigned from the root, one by one and all at once, and never twice', async t => {
    const { id, ids } = await withTracks(house, ['a', 'b', 'c', 'd'])
    const without = await manager.post(`/projects/tracks/${ids[0]}/code`)
    t.equal(without.statusCode, 422)
    t.match(without.body, 'Aucune racine ISRC')
    const bad = await manager.post('/projects/isrc/roots', { prefix: 'FR-6V', owner: 'Studio' })
    t.equal(bad.statusCode, 422)
    await manager.post('/projects/isrc/roots', { prefix: 'fr-zz1', owner: 'Studio', own: 'on' })
    t.equal(
      (await manager.post('/projects/isrc/roots', { prefix: 'FRZZ2', owner: 'Autre', own: 'on' })).statusCode,
      422
    )
    t.equal((await manager.post('/projects/isrc/roots', { prefix: 'FRZZ1', owner: 'Autre' })).statusCode, 422)
    const year = new Date().getFullYear() % 100
    // the second number came with a recording from elsewhere
    await manager.post(`/projects/tracks/${ids[3]}`, { title: 'd', status: 'mixing', isrc: `FRZZ1${year}00002` })
    t.equal((await manager.post(`/projects/tracks/${ids[1]}/code`)).statusCode, 303)
    t.equal((await manager.post(`/projects/tracks/${ids[1]}/code`)).statusCode, 422, 'it has one')
    t.equal((await engineer.post(`/projects/${id}/codes`)).statusCode, 303)
    t.equal((await assistant.post(`/projects/${id}/codes`)).statusCode, 403)
    t.same(
      await codes(house, id),
      [3, 1, 4, 2].map(n => `FRZZ1${year}0000${n}`)
    )
    t.equal((await manager.post(`/projects/${id}/codes`)).statusCode, 422, 'all have one')
  })

  await t.test('fifty at once get fifty different codes, in one run of numbers, of the label’s root', async t => {
    const { id, ids } = await withTracks(
      house,
      Array.from({ length: 50 }, (_, n) => `t${n}`)
    )
    const [label] = await db('isrc_roots').insert({ prefix: 'GBXYZ', owner: 'Label' }).returning<{ id: number }[]>('id')
    await db('projects').where({ id }).update({ isrc_root_id: label?.id })
    const given = await Promise.all(ids.map(track => manager.post(`/projects/tracks/${track}/code`)))
    t.same([...new Set(given.map(({ statusCode }) => statusCode))], [303])
    const year = String(new Date().getFullYear() % 100)
    t.same(
      (await codes(house, id)).toSorted((a, b) => (a ?? '').localeCompare(b ?? '')),
      Array.from({ length: 50 }, (_, n) => `GBXYZ${year}${String(n + 1).padStart(5, '0')}`)
    )
    await db('projects').where({ id }).delete()
    t.equal((await db('isrc_codes').where({ root_id: label?.id })).length, 50, 'gone tracks leave their codes given')
    const counter = (next: number) => manager.post(`/projects/isrc/roots/${label?.id}/counter`, { next })
    t.equal((await counter(50)).statusCode, 422, 'never back')
    t.equal((await counter(99_999)).statusCode, 303)
    const last = await withTracks(house, ['x', 'y'])
    await db('projects').where({ id: last.id }).update({ isrc_root_id: label?.id })
    const tooMany = await manager.post(`/projects/${last.id}/codes`)
    t.equal(tooMany.statusCode, 422, 'one number for two tracks')
    t.same(await codes(house, last.id), [null, null], 'and none is given')
    t.equal((await manager.post(`/projects/tracks/${last.ids[0]}/code`)).statusCode, 303)
    t.equal((await manager.post(`/projects/tracks/${last.ids[1]}/code`)).statusCode, 422)
  })

  await t.test('the codes are listed, searched and exported, the year is the studio’s', async t => {
    const page = await manager.get('/projects/isrc')
    t.equal(page.statusCode, 200)
    t.match(page.body, 'FR-ZZ1')
    t.match((await manager.get('/projects/isrc?q=FR-ZZ1')).body, `FR-ZZ1-${new Date().getFullYear() % 100}-00001`)
    t.notMatch((await manager.get('/projects/isrc?q=FR-ZZ1')).body, 'GB-XYZ-26-00050')
    const csv = await manager.get('/projects/isrc/codes.csv?q=GBXYZ')
    t.equal(csv.body.split('\r\n').filter(Boolean).length, 52)
    t.equal((await assistant.get('/projects/isrc')).statusCode, 403)
    t.equal(yearIn('Europe/Paris', new Date('2031-12-31T23:30:00Z')), 32, 'half past midnight in Paris')
    t.equal(yearIn('America/New_York', new Date('2031-12-31T23:30:00Z')), 31)
  })

  await t.test('a track’s sheet is its project’s, but where it says otherwise', async t => {
    const { id, ids } = await withTracks(house, ['a', 'b'])
    t.match((await manager.get(`/projects/${id}/sheet?preset=film`)).body, 'value="-23"')
    const sheet = {
      sheet_rate: '96000',
      sheet_depth: '24',
      sheet_format: 'wav',
      sheet_lufs: '-14',
      sheet_true_peak: '-1,0'
    }
    t.equal((await manager.post(`/projects/${id}/sheet`, sheet)).statusCode, 303)
    await manager.post(`/projects/tracks/${ids[1]}`, {
      title: 'b',
      status: 'mixing',
      sheet_rate: '44100',
      sheet_lufs: '-9,5'
    })
    t.same(await sheetOf(db, ids[0] ?? 0), { rate: 96_000, depth: 24, format: 'wav', lufs: -14, true_peak: -1 })
    t.same(await sheetOf(db, ids[1] ?? 0), { rate: 44_100, depth: 24, format: 'wav', lufs: -9.5, true_peak: -1 })
    t.equal((await manager.post(`/projects/${id}/sheet`, { ...sheet, sheet_lufs: '4' })).statusCode, 422)
    t.equal((await manager.post(`/projects/${id}/sheet`, { ...sheet, version: 1 })).statusCode, 409)
  })

  await t.test('a track is only ever moved on, and not when it was dropped', async t => {
    const { ids } = await withTracks(house, ['a'])
    const [id = 0] = ids
    const answer = projects.answers?.['projects.advance-track']
    const told: unknown[] = []
    const advance = (status: 'mixing' | 'recording' | 'approved') =>
      answer?.({} as never, {
        running: { db, tell: (...all: unknown[]) => told.push(all) } as never,
        track_id: id,
        status
      })
    t.same(await advance('mixing'), { changed: true })
    t.same(await advance('recording'), { changed: false })
    await db('tracks').where({ id }).update({ status: 'dropped' })
    t.same(await advance('approved'), { changed: false })
    t.equal(told.length, 1)
  })

  await t.test('papers and files say what is there', async t => {
    const { id, ids } = await withTracks(house, ['Marées', '=Grève'])
    await manager.post(`/projects/tracks/${ids[0]}`, { ...whole, isrc: 'FR-BBB-26-00001' })
    const csv = (await manager.get(`/projects/${id}/tracks.csv`)).body
    t.match(csv, 'Marées;Radio Edit;')
    t.match(csv, "'=Grève", 'no formula')
    const { extractText } = await import('unpdf')
    const read = async (path: string) => {
      const answer = await manager.get(path)
      t.equal(answer.headers['content-type'], 'application/pdf')
      return (await extractText(new Uint8Array(answer.rawPayload), { mergePages: true })).text
    }
    t.match(await read(`/projects/${id}/tracks.pdf`), 'FR-BBB-26-00001')
    const sheet = await read(`/projects/tracks/${ids[0]}/sheet.pdf`)
    for (const text of ['U87', 'Fiche technique', 'T-034.524.680-1', 'deuxième ligne']) t.match(sheet, text)
  })

  await t.test('a list asks the same number of statements whatever its length, and is paged', async t => {
    const few = await withTracks(house, ['a'])
    const many = await withTracks(
      house,
      Array.from({ length: 120 }, (_, n) => `Piste ${n + 1}`)
    )
    for (const path of ['', '/tracks']) {
      const counts = []
      for (const { id } of [few, many]) {
        const page = () => manager.get(`/projects/${id}${path}`)
        await page()
        counts.push(await countQueries(house, page))
      }
      t.equal(counts[0], counts[1], `${path}: ${counts.join()}`)
      if (path) t.ok((counts[0] ?? 99) <= 8, String(counts[0]))
    }
    const seen: string[] = []
    let next: string | undefined = `/projects/${many.id}/tracks`
    for (let turn = 0; next && turn < 5; turn++) {
      const { body } = await manager.get(next)
      seen.push(...[...body.matchAll(/>(Piste \d+)<\/a>/g)].map(([, title = '']) => title))
      const query: string | undefined = /rel="next" href="(\?[^"]+)"/.exec(body)?.[1]
      next = query && `/projects/${many.id}/tracks${query.replaceAll('&amp;', '&')}`
    }
    t.same(
      seen,
      Array.from({ length: 120 }, (_, n) => `Piste ${n + 1}`)
    )
    const moved = await manager.post(`/projects/tracks/${many.ids[0]}/place?list=1`, { position: 110 })
    t.match(
      (await manager.get(moved.location.replace(`/s/${house.studio.slug}`, ''))).body,
      '>Piste 1</a>',
      'the page shows it'
    )
    t.match((await manager.get('/projects/tracks?q=piste%2077')).body, 'Piste 77')
    t.equal((await manager.get('/projects/tracks?after=nonsense&status=none')).statusCode, 200)
    t.match((await manager.get('/search/hits?q=piste')).body, `/projects/tracks/`)
  })
})

const whole: Fields = {
  title: 'Marées',
  version_title: 'Radio Edit',
  status: 'mixing',
  bpm: '92,5',
  key: 'la mineur',
  time_signature: '6/8',
  duration_ms: '3:45',
  isrc: 'FR6V82600001',
  iswc: 'T-034.524.680-1',
  lyrics: 'première ligne\r\ndeuxième ligne',
  languages: 'français, en',
  explicit: 'on',
  p_line: '2026 Label',
  c_line: '2026 Éditions',
  mics: 'U87 voix',
  patch: 'Neve 1073',
  plug_ins: 'Pro-Q',
  tech_notes: 'Prise 3',
  'links.0.label': 'Référence',
  'links.0.href': 'https://example.test/ref',
  'links.1.label': '',
  'links.1.href': '',
  sheet_true_peak: '-1,5'
}

async function project({ db }: House): Promise<number> {
  const [made] = await db('projects').insert({ title: 'Album', kind: 'album' }).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

async function withTracks(house: House, names: string[]): Promise<{ id: number; ids: number[] }> {
  const id = await project(house)
  const rows = names.map((title, at) => ({ project_id: id, position: at + 1, title }))
  const made = await house.db('tracks').insert(rows).returning<{ id: number }[]>('id')
  return { id, ids: made.map(row => row.id) }
}

const order = async ({ db }: House, project_id: number): Promise<string[]> =>
  (await db('tracks').where({ project_id }).orderBy('position').select<{ title: string }[]>('title')).map(
    ({ title }) => title
  )

const codes = async ({ db }: House, project_id: number): Promise<(string | null)[]> =>
  (await db('tracks').where({ project_id }).orderBy('position').select<{ isrc: string | null }[]>('isrc')).map(
    ({ isrc }) => isrc
  )
