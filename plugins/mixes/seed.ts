import type { Seeding } from '@patchbay/core'
import { mixdown, perform } from './player/demo-music.ts'
import type { Balance, Song } from './player/demo-music.ts'
import { seedComments } from './comments/seed.ts'
import { addFurtherFile, addRevision, addSound, tracksToFill } from './seed-queries.ts'
import type { DemoTrack } from './seed-queries.ts'
import type { RevisionState, Version } from './contract.ts'
import { buildName } from './uploads/names.ts'

const songs: readonly Song[] = [
  {
    bpm: 96,
    chords: [
      [0, 3, 7],
      [-4, 0, 3],
      [3, 7, 10],
      [-2, 2, 5]
    ],
    tune: [12, 15, 12, 10, 8, -1, 7, 8, 10, -1, 12, 15, 14, -1, -1, 10]
  },
  {
    bpm: 124,
    chords: [
      [2, 5, 9],
      [-2, 2, 5],
      [5, 9, 12],
      [0, 4, 7]
    ],
    tune: [14, -1, 17, 14, 12, 10, -1, 9, 12, 14, 17, -1, 16, 14, 12, -1]
  },
  {
    bpm: 78,
    chords: [
      [5, 9, 12],
      [2, 5, 9],
      [-2, 2, 5],
      [0, 4, 7]
    ],
    tune: [17, -1, -1, 14, 12, -1, 10, 9, 12, -1, -1, 10, 9, -1, 7, -1]
  }
]

interface Take {
  track: number
  version: Version
  number: number
  /** How long ago. */
  days: number
  state: RevisionState
  note: string | null
  balance: Balance
}

const quiet = { pad: 0.5, bass: 0.42, drums: 0.24, tune: 0.22, drive: 0.75 }
const even = { pad: 0.46, bass: 0.5, drums: 0.46, tune: 0.5, drive: 1.1 }
const loud = { pad: 0.46, bass: 0.5, drums: 0.5, tune: 0.54, drive: 1.9 }

const takes: readonly Take[] = [
  {
    track: 0,
    version: 'rough',
    number: 1,
    days: 26,
    state: 'superseded',
    note: 'Mise à plat du soir.',
    balance: quiet
  },
  {
    track: 0,
    version: 'rough',
    number: 2,
    days: 24,
    state: 'superseded',
    note: 'Basse remontée.',
    balance: { ...quiet, bass: 0.6 }
  },
  {
    track: 0,
    version: 'rough',
    number: 3,
    days: 19,
    state: 'superseded',
    note: 'Voix devant, batterie moins large.',
    balance: { ...even, drums: 0.3 }
  },
  { track: 0, version: 'final', number: 1, days: 11, state: 'changes', note: 'Premier mix complet.', balance: even },
  {
    track: 0,
    version: 'final',
    number: 2,
    days: 2,
    state: 'draft',
    note: 'Voix +1 dB, refrain moins chargé.',
    balance: { ...even, tune: 0.62, pad: 0.36 }
  },
  { track: 1, version: 'rough', number: 1, days: 22, state: 'superseded', note: null, balance: quiet },
  { track: 1, version: 'final', number: 1, days: 9, state: 'superseded', note: 'Guitares doublées.', balance: even },
  { track: 1, version: 'master', number: 1, days: 3, state: 'draft', note: 'Pour le streaming.', balance: loud },
  { track: 2, version: 'rough', number: 1, days: 15, state: 'draft', note: 'Prise 4, sans les chœurs.', balance: quiet }
]

/** Music for the project that is being mixed: rough mixes, final mixes, a master; different enough to be compared. */
export async function seed(seeding: Seeding): Promise<void> {
  const { db, people } = seeding
  const tracks = await tracksToFill(db, songs.length)
  const engineer = people[2]?.id ?? people[0]?.id ?? null
  const mixer = people.find(({ id }) => id === engineer)?.name ?? null
  const played = tracks.map((_, index) => perform(songs[index] as Song, 10))
  for (const take of takes) {
    const [track, music] = [tracks[take.track], played[take.track]]
    if (!track || !music) continue
    const { version, number, note, state } = take
    const at = new Date(Date.now() - take.days * 864e5)
    const name = nameOf(track, { mixer, revision: number, version })
    const audio_id = await addSound(seeding, mixdown(music, take.balance), { name, person_id: engineer, at })
    await addRevision(db, {
      track_id: track.id,
      version,
      number,
      audio_id,
      note,
      state,
      created_by: engineer,
      created_at: at
    })
  }
  const [first] = tracks
  const [music] = played
  if (!first || !music) return
  const at = new Date(Date.now() - 2 * 864e5)
  const name = nameOf(first, { mixer, revision: 2, version: null, kind: 'instrumental' })
  const audio_id = await addSound(seeding, mixdown(music, { ...even, tune: 0 }), { name, person_id: engineer, at })
  const { id: track_id, project_id } = first
  await addFurtherFile(db, {
    project_id,
    track_id,
    kind: 'instrumental',
    label: 'Mix final 2 sans voix',
    audio_id,
    created_by: engineer,
    created_at: at
  })
  await seedComments(seeding)
}

const nameOf = (
  { title, artist }: DemoTrack,
  said: { mixer: string | null; revision: number; version: Version | null; kind?: 'instrumental' }
): string => `${buildName({ artist, title, rate: 44_100, depth: 16, ...said })}.wav`
