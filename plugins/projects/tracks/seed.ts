import type { Seeding } from '@patchbay/core'
import type { ProjectKind, ProjectStatus, TrackStatus } from '../contract.ts'
import { yearIn } from './isrc-actions.ts'
import { addRoot, freeNumbers, giveCodes, lockCounter, setCounter } from './isrc-queries.ts'
import { isrcOf } from './isrc.ts'
import { addTracks, changeSheet, changeTrack } from './queries.ts'
import { bareProjects } from './seed-queries.ts'
import type { Bare } from './seed-queries.ts'
import { cueTitles, episodeTitles, keys, lyrics, movements, songTitles, technical } from './seed-words.ts'
import { presets } from './sheet.ts'

const prefix = 'FRP4B'

/** Titles for the projects that have none, as far as their project is; codes for those that come out. */
export async function seedTracks(seeding: Seeding): Promise<void> {
  const { db, studio, did } = seeding
  const root_id = await addRoot(db, { prefix, owner: studio.name, own: true })
  await addRoot(db, { prefix: 'FRL7K', owner: 'Label Marée Haute', own: false })
  const projects = await bareProjects(db)
  let taken = 0
  for (const [turn, project] of projects.entries()) {
    const ids = await addTracks(db, project.id, titlesOf(project, turn, taken))
    taken += ids.length
    did('projects.add_tracks', new Date(+project.created_at + 36e5), { project: project.id }, project.person_id)
    for (const [at, id] of ids.entries()) await describe(seeding, project, { id, at, turn })
    const sheet = presets[sheets[project.kind] ?? (turn % 2 ? 'hd' : 'streaming')]
    if (sheet) await changeSheet(db, project.id, sheet)
    if (coded.has(project.status)) await code(seeding, root_id, ids, project.person_id)
  }
}

const sheets: Partial<Record<ProjectKind, keyof typeof presets>> = {
  soundtrack: 'film',
  podcast: 'podcast',
  audiobook: 'podcast'
}

const counts: Partial<Record<ProjectKind, number>> = {
  album: 10,
  ep: 5,
  soundtrack: 6,
  podcast: 4,
  live: 8,
  audiobook: 6
}

/** `from`: how many titles were taken before. */
function titlesOf({ kind, title }: Bare, turn: number, from: number): { title: string; duration_ms: number }[] {
  const lasting = (at: number) => (lengths[kind] ?? 165) * 1000 + ((at * 37 + turn * 13) % 110) * 1000
  const named = (titles: readonly string[]) => titles.map((one, at) => ({ title: one, duration_ms: lasting(at) }))
  if (isClassical(title)) return named(movements)
  const count = counts[kind]
  if (count === undefined) return named([title])
  const words = kind === 'podcast' ? episodeTitles : kind === 'soundtrack' ? cueTitles : songTitles
  return named(
    Array.from({ length: count }, (_, at) =>
      kind === 'audiobook'
        ? `Chapitre ${at + 1}`
        : (words[((words === songTitles ? from : 0) + at) % words.length] ?? `Titre ${at + 1}`)
    )
  )
}

/** Seconds. */
const lengths: Partial<Record<ProjectKind, number>> = {
  podcast: 1500,
  audiobook: 1750,
  soundtrack: 70,
  advertising: 20
}

const isClassical = (title: string): boolean => title.startsWith('Quatuor')

const coded = new Set<ProjectStatus>(['mastering', 'delivered', 'archived'])

/** How far its titles are when a project stands where it stands: one ahead of the others, one behind. */
const far: Record<ProjectStatus, readonly [TrackStatus, TrackStatus, TrackStatus]> = {
  planned: ['to_record', 'to_record', 'to_record'],
  recording: ['editing', 'recording', 'to_record'],
  editing: ['mixing', 'editing', 'editing'],
  mixing: ['mixing', 'mixing', 'editing'],
  mastering: ['approved', 'mastering', 'mixing'],
  delivered: ['delivered', 'delivered', 'delivered'],
  archived: ['delivered', 'delivered', 'delivered'],
  cancelled: ['to_record', 'to_record', 'dropped']
}

async function describe(
  { db }: Seeding,
  project: Bare,
  { id, at, turn }: { id: number; at: number; turn: number }
): Promise<void> {
  const spoken = project.kind === 'podcast' || project.kind === 'audiobook' || project.kind === 'voice_over'
  const instrumental = project.kind === 'soundtrack' || isClassical(project.title)
  const status = far[project.status][at === 0 ? 0 : at % 4 === 3 ? 2 : 1]
  await changeTrack(db, id, {
    status,
    ...(spoken ? {} : { bpm: 72 + ((at * 17 + turn * 7) % 70), key: keys[(at + turn) % keys.length] ?? 'C' }),
    ...(spoken || instrumental ? {} : { time_signature: at % 5 === 4 ? '6/8' : '4/4' }),
    ...(instrumental ? { instrumental } : { languages: at % 6 === 5 && !spoken ? ['fr', 'en'] : ['fr'] }),
    ...(at === 0 && !spoken ? { technical } : {}),
    ...(at === 0 && !spoken && !instrumental
      ? { lyrics, links: [{ label: 'Couleur de batterie', href: 'https://example.com/reference' }] }
      : {})
  })
}

/** The next codes of the studio's root. */
async function code({ db, studio }: Seeding, root_id: number, ids: number[], person_id: number | null): Promise<void> {
  const year = yearIn(studio.timezone)
  const numbers = await freeNumbers(db, prefix, year, await lockCounter(db, root_id, year), ids.length)
  const given = ids.map((track_id, at) => ({ track_id, code: isrcOf(prefix, year, numbers[at] ?? 0) }))
  await giveCodes(db, given, { root_id, person_id })
  await setCounter(db, root_id, year, numbers.at(-1) ?? 0)
}
