import t from 'tap'
import type { FileKind, Version } from '../contract.ts'
import { buildName, checkName, initials, parseName } from '../uploads/names.ts'
import { propose } from '../uploads/proposals.ts'
import type { Candidate, Proposal } from '../uploads/proposals.ts'
import { readName } from '../uploads/reading-names.ts'
import { cleanName } from '../uploads/cleaning.ts'

/** Names of files, as the P&E Wing writes them and as people do. */

t.test('a name of the P&E Wing is built, parsed and checked', async t => {
  const song = {
    artist: 'Adèle Iris',
    title: 'Song Title',
    mixer: 'Marc I',
    revision: 1,
    version: 'master' as const,
    rate: 96_000,
    depth: 24
  }
  t.equal(buildName(song), 'AI_SongTitle_MI01_Master_96k24')
  t.match(parseName('AI_SongTitle_MI01_Master_96k24.wav'), {
    artist: 'AI',
    title: 'SongTitle',
    mixer: 'MI',
    revision: 1,
    version: 'master',
    kind: null,
    rate: 96_000,
    depth: 24
  })
  const summer = {
    ...song,
    artist: 'Zoé',
    title: 'Nuit d’été (à l’œuvre)',
    mixer: null,
    version: 'final' as const,
    rate: 44_100,
    depth: null
  }
  t.equal(buildName(summer), 'ZO_NuitDEteALOeuvre_MX01_FinalMix_44k')
  t.equal(parseName(buildName(summer))?.rate, 44_100)
  const stem = { ...song, version: null, kind: 'stem' as const, label: 'Basse 2' }
  t.equal(buildName(stem), 'AI_SongTitle_MI01_StemBasse2_96k24'.replace('2_', '2_'))
  t.same(checkName('AI_SongTitle_MI01_Master_96k24.wav', song), [])
  t.same(checkName('AI_SongTitle_MI02_RoughMix_48k24.wav', song), ['revision', 'version', 'rate'])
  t.same(checkName('Song title final.wav', song), ['form'])
  t.equal(initials('Les Oiseaux de la nuit bleue'), 'LODL')
  t.equal(buildName({ ...song, title: '夜', artist: null }), 'Untitled_MI01_Master_96k24')
  for (const title of ['Nuit blanche', 'L’Été', 'Æther', 'A_B', 'x'.repeat(200)]) {
    t.same(checkName(buildName({ ...song, title }), { ...song, title }), [], title)
  }
})

type Read = [
  name: string,
  title: string,
  version: Version | null,
  kind: FileKind | null,
  more?: { place?: number; revision?: number }
]

const reads: Read[] = [
  ['02 - Nuit blanche - mix v3.wav', 'Nuit blanche', 'final', null, { place: 2, revision: 3 }],
  ['Nuit blanche (instrumental) MASTER 24-96.wav', 'Nuit blanche', null, 'instrumental'],
  ['Nuit blanche_MASTER_24-96.wav', 'Nuit blanche', 'master', null],
  ['nuit_blanche_maquette.mp3', 'nuit blanche', 'demo', null],
  ['Nuit blanche - démo 2.m4a', 'Nuit blanche', 'demo', null],
  ['01. Sel (rough mix).aiff', 'Sel', 'rough', null, { place: 1 }],
  ['Sel prémix 12.wav', 'Sel', 'rough', null],
  ['Sel - mise à plat.wav', 'Sel', 'rough', null],
  ['Sel mix final.wav', 'Sel', 'final', null],
  ['SelMix4.wav', 'Sel', 'final', null, { revision: 4 }],
  ['Sel mastered 44.1kHz 16bit.flac', 'Sel', 'master', null],
  ['Sel a cappella.wav', 'Sel', null, 'a_cappella'],
  ['Sel acapella 48k24.wav', 'Sel', null, 'a_cappella'],
  ['Sel (instru).wav', 'Sel', null, 'instrumental'],
  ['Sel PBO.wav', 'Sel', null, 'instrumental'],
  ['Sel alt mix.wav', 'Sel', null, 'alternative'],
  ['stems/Basse.wav', 'Basse', null, 'stem'],
  ['Sel stem basse.wav', 'Sel basse', null, 'stem'],
  ['2026-11-20 Sel mix.wav', 'Sel', 'final', null],
  ['Sel_20261120_bounce.wav', 'Sel', null, null],
  ['1999.wav', '1999', null, null],
  ['Mix.wav', '', 'final', null],
  ['L’été indien rough 3.wav', 'L’été indien', 'rough', null],
  ['AI_SongTitle_MI01_Master_96k24.wav', 'Song Title', 'master', null, { revision: 1 }]
]

t.test('names as people write them', async t => {
  for (const [name, title, version, kind, more = {}] of reads) {
    const read = readName(name)
    const { place = read.place, revision = read.revision } = more
    t.same(
      { ...read, folders: [], exact: false },
      { title, version, kind, place, revision, folders: [], exact: false },
      name
    )
  }
})

const tracks: Candidate[] = [
  { id: 11, title: 'Nuit blanche', version_title: null, position: 1, version: 'rough' },
  { id: 12, title: 'Sel', version_title: null, position: 2, version: null },
  { id: 13, title: 'L’été indien', version_title: 'Radio Edit', position: 3, version: 'final' },
  { id: 14, title: 'Étoile du Nord', version_title: null, position: 4, version: null }
]

const cases: [name: string, expected: Partial<Proposal>][] = [
  ['02 - Nuit blanche - mix v3.wav', { track_id: 11, version: 'final', sure: true }],
  ['NUIT BLANCHE.wav', { track_id: 11, version: 'rough', sure: false }],
  ['nuit blanch mix.wav', { track_id: 11, version: 'final' }],
  ['AI_NuitBlanche_MI01_Master_96k24.wav', { track_id: 11, version: 'master', sure: true }],
  ['04.wav', { track_id: 14, version: 'rough', sure: false }],
  ['Ete indien (Radio Edit) master.wav', { track_id: 13, version: 'master' }],
  ['Etoile du nord - instrumental.wav', { track_id: 14, kind: 'instrumental', version: null, sure: true }],
  ['Nuit blanche/stems/Basse.wav', { track_id: 11, kind: 'stem', label: 'Basse', version: null }],
  ['stems/Basse.wav', { track_id: null, new_track: null, kind: 'stem', label: 'Basse' }],
  ['05 - Lointain - démo.wav', { track_id: null, new_track: 'Lointain', version: 'demo' }],
  ['Mix.wav', { track_id: null, new_track: null, kind: 'other' }]
]

t.test('where files go is proposed from their names', async t => {
  for (const [name, expected] of cases) t.match(propose([name], tracks)[0], expected, name)
  t.match(
    propose(['Mix 3.wav'], tracks, 12)[0],
    { track_id: 12, version: 'final' },
    'on a track’s page it is that track’s'
  )
  t.match(propose(['Nuit blanche mix.wav'], tracks, 12)[0], { track_id: 11 }, 'unless the name is another’s')
  t.match(propose(['Bonus.wav'], tracks.slice(0, 1))[0], { track_id: null, new_track: 'Bonus', version: 'rough' })
  t.match(propose(['mix.wav'], tracks.slice(0, 1))[0], { track_id: 11, version: 'final' }, 'there is only one')
  const started = Date.now()
  const many = Array.from({ length: 200 }, (_, n) => ({
    ...(tracks[0] as Candidate),
    id: n,
    title: `Titre numéro ${n}`
  }))
  propose(
    Array.from({ length: 500 }, (_, n) => `Titre numero ${n} mix ${'x'.repeat(200)}.wav`),
    many
  )
  t.ok(Date.now() - started < 5000, `500 names among 200 tracks: ${Date.now() - started} ms`)
})

t.test('a name keeps no path and no signs that are not seen', async t => {
  const expected: [string, string][] = [
    ['C:\\Users\\x\\Mix.wav', 'Mix.wav'],
    ['/etc/passwd', 'passwd'],
    ['..', 'fichier'],
    ['', 'fichier'],
    ['a\u0000b\u202Egnp.wav', 'abgnp.wav'],
    [' <img src=x onerror=alert(1)>.wav ', '<img src=x onerror=alert(1)>.wav']
  ]
  for (const [given, clean] of expected) t.equal(cleanName(given), clean)
})
