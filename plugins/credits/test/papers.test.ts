import fc from 'fast-check'
import t from 'tap'
import { all, first, readXml, textOf } from '../../../core/xml.ts'
import type { Element } from '../../../core/xml.ts'
import { openStudio } from '../../../test/helper.ts'
import type { RinSource } from '../rin.ts'
import { rinMessage } from '../rin.ts'
import { roleWords } from '../roles.ts'
import { musician, played, project } from './make.ts'

t.test('liner notes, attendance sheet, files: all of a project, in both languages', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, stranger, db } = house
  const { project_id, tracks } = await project(house, { label: 'Estran', p_line: '2026 Estran' })
  await played(house, project_id)
  const [nina, mathis] = await Promise.all([
    musician(house, 'Nina Ravel', { stage_name: 'Nina R.', ipi: '00017798450' }),
    musician(house, '=cmd()')
  ])
  await db('track_credits').insert([
    { track_id: tracks[0], musician_id: nina, role: 'MainArtist' },
    { track_id: tracks[1], musician_id: nina, role: 'MainArtist' },
    { track_id: tracks[1], musician_id: mathis, role: 'DrumKit', display: 'Batterie & caisses' },
    { track_id: tracks[0], musician_id: nina, role: 'Composer' }
  ])
  const here = `/credits/projects/${project_id}`
  const notes = (await manager.get(`${here}/notes.txt`)).body
  t.match(notes, /ARTISTES\nArtiste principal : Nina R\.\n/)
  t.match(notes, 'Batterie & caisses : =cmd() (2)')
  t.match(notes, 'Compositeur : Nina R.')
  t.match(notes, '℗ 2026 Estran')
  t.ok(notes.indexOf('ARTISTES') < notes.indexOf('INSTRUMENTS'), 'artists first')
  t.match((await manager.get(`${here}/notes.txt?language=en`)).body, 'Main artist : Nina R.')
  for (const paper of ['notes.pdf', 'notes.pdf?language=en', 'attendance.pdf']) {
    const answer = await manager.get(`${here}/${paper}`)
    t.equal(answer.statusCode, 200, paper)
    t.equal(answer.rawPayload.subarray(0, 4).toString(), '%PDF')
    t.equal((await stranger.get(`${here}/${paper}`)).statusCode, 404)
  }
  const csv = (await manager.get(`${here}/credits.csv`)).body
  t.match(csv, "'=cmd()", 'no formula for a spreadsheet')
  t.match(csv, '00017798450')
  const json = (await manager.get(`${here}/credits.json`)).json()
  t.match(json, {
    project: { title: 'Marées basses' },
    tracks: [{ credits: [{ name: 'Nina Ravel', ipi: '00017798450' }, {}] }, {}]
  })
  const zip = await manager.get(`${here}/rin.zip`)
  t.equal(zip.rawPayload.subarray(0, 2).toString(), 'PK')
  t.equal(zip.rawPayload.toString('latin1').split('PK\u0003\u0004').length - 1, 2, 'one message a track')
})

t.test('the message of DDEX stands in order, refers to what is there and names everybody rightly', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, db } = house
  const { project_id, tracks } = await project(house, {
    label: 'Estran',
    catalogue_number: 'EST-041',
    upc: '3760000000017'
  })
  await db('tracks')
    .where({ id: tracks[0] })
    .update({ isrc: 'FRXXX2600001', iswc: 'T0345246801', key: 'F#m', bpm: 92, duration_ms: 200_000 })
  await played(house, project_id)
  const nina = await musician(house, 'Nina <Ravel> & Cie', {
    ipi: '00017798450',
    isni: '000000012146438X',
    ipn: '01234567'
  })
  await db('track_credits').insert(
    ['MainArtist', 'Composer', 'Guitar'].map(role => ({ track_id: tracks[0], musician_id: nina, role }))
  )
  const answer = await manager.get(`/credits/tracks/${tracks[0]}/rin.xml`)
  t.match(answer.headers['content-disposition'], /est-041_\d+_1_sillage_\d{8}T\d{6}\.rin\.xml/)
  const root = rootOf(answer.body)
  t.match(answer.body, 'xmlns:rin="http://ddex.net/xml/rin/21"')
  t.same(
    Object.keys(root).filter(key => /^[A-Z]/.test(key)),
    [
      'MessageHeader',
      'PartyList',
      'MusicalWorkList',
      'ResourceList',
      'RecordingComponentList',
      'ProjectList',
      'SessionList'
    ]
  )
  const party = all(root, 'PartyList/Party').find(one => textOf(one, 'PartyName/FullName') === 'Nina <Ravel> & Cie')
  t.equal(textOf(party, 'PartyId/IpiNameNumber'), '00017798450')
  t.equal(textOf(party, 'PartyId/ISNI'), '000000012146438X')
  t.equal(textOf(party, 'PartyId/IPN'), '01234567')
  t.equal(textOf(root, 'MusicalWorkList/MusicalWork/MusicalWorkId/ISWC'), 'T0345246801')
  const sound = first(root, 'ResourceList/SoundRecording')
  t.equal(textOf(sound, 'SoundRecordingId/ISRC'), 'FRXXX2600001')
  t.equal(textOf(sound, 'Duration'), 'PT3M20S')
  t.equal(textOf(sound, 'KeySignature'), 'F# minor')
  t.equal(textOf(sound, 'Contributor/InstrumentType'), 'Guitar')
  t.equal(textOf(root, 'SessionList/Session/SessionType'), 'Recording')
  t.match(textOf(root, 'SessionList/Session/StartDateTime'), /Z$/)
  t.same(danglingIn(root), [])
})

t.test('a message is well formed whatever people are called', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme-composite' }),
    fc.constant(']]><x>&\u0000')
  )
  const roles = fc.constantFrom(...roleWords)
  fc.assert(
    fc.property(
      text,
      text,
      fc.array(fc.record({ name: text, role: roles }), { maxLength: 6 }),
      (title, label, people) => {
        const root = rootOf(rinMessage(source(title, label, people)))
        const rates = all(root, 'SessionList/Session').map(session => textOf(session, 'SamplingRate'))
        return danglingIn(root).length === 0 && rates.join() === '44.1'
      }
    ),
    { numRuns: 150 }
  )
})

function rootOf(xml: string): Element {
  const read = readXml(Buffer.from(xml))
  if ('wrong' in read) throw new Error(`${read.wrong}: ${xml.slice(0, 2000)}`)
  return read.root
}

/** References that lead nowhere. */
function danglingIn(root: Element): string[] {
  const texts = (path: string) => all(root, path).map(one => textOf(one))
  const anchors = new Set([
    ...texts('PartyList/Party/PartyReference'),
    ...texts('MusicalWorkList/MusicalWork/MusicalWorkReference'),
    ...texts('ResourceList/SoundRecording/ResourceReference'),
    ...texts('RecordingComponentList/RecordingComponent/RecordingComponentReference'),
    ...texts('ProjectList/Project/ProjectReference'),
    ...texts('SessionList/Session/SessionReference')
  ])
  const walk = (element: Element): string[] =>
    Object.entries(element).flatMap(([name, children]) => {
      if (typeof children === 'string') return []
      return children.flatMap(child => {
        if (typeof child === 'string') return []
        const said = name.endsWith('Reference') ? textOf(child) : null
        return [...(said && !anchors.has(said) ? [`${name} ${said}`] : []), ...walk(child)]
      })
    })
  return walk(root)
}

function source(title: string, label: string, people: { name: string; role: string }[]): RinSource {
  const at = new Date('2026-03-02T09:00:00Z')
  const nothing = {
    stage_name: null,
    email: null,
    phone: null,
    instruments: [],
    roles: [],
    society: null,
    performer_society: null
  }
  const none = {
    performer_number: null,
    ipi: null,
    ipn: null,
    isni: null,
    rate_cents: null,
    rate_unit: null,
    person_id: null
  }
  return {
    created: at,
    message_id: 'm',
    studio: { name: label, slug: 'studio', dpid: null, address: title, country: 'FR' },
    language: 'fr',
    project: {
      id: 1,
      title,
      kind: 'album',
      artist: label,
      label,
      catalogue_number: null,
      upc: null,
      client_id: null,
      client_name: null,
      released_on: null,
      p_line: label,
      c_line: null
    },
    track: {
      id: 1,
      project_id: 1,
      position: 1,
      title,
      version_title: title,
      status: 'mixing',
      isrc: null,
      iswc: null,
      instrumental: false,
      duration_ms: null,
      bpm: null,
      key: null,
      time_signature: null,
      languages: [],
      explicit: false,
      p_line: null,
      c_line: null
    },
    credits: people.map(({ name, role }, at) => ({
      id: at,
      track_id: 1,
      musician_id: at + 1,
      name,
      stage_name: null,
      role,
      display: name,
      position: at,
      source: null,
      confirmed_at: null
    })),
    musicians: people.map(({ name }, at) => ({
      id: at + 1,
      name,
      ...nothing,
      ...none,
      client_id: null,
      note: null,
      archived_at: null,
      version: 1
    })),
    shares: [],
    recording: { version: 'master', duration_ms: 1000, sample_rate: 44_100, bit_depth: 24, channels: 2, sha256: '' },
    sessions: [{ id: 1, title, starts_at: at, ends_at: at, room: label, room_kind: 'live_room', state: 'completed' }],
    played: people.map(({ name }) => ({
      session_id: 1,
      name,
      instrument: null,
      role: 'musician',
      society: null,
      society_number: null,
      titles: []
    }))
  }
}
