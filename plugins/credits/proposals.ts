import { together } from '@patchbay/core'
import type { Ask, Context, Db } from '@patchbay/core'
import './contract.ts'
import type { Played } from './contract.ts'
import { creditsOfProject, listTracks } from './credit-queries.ts'
import type { Credit, Track } from './credit-queries.ts'
import type { MusicianFields } from './musician-queries.ts'
import { everybody, sessionsOf, teamOf } from './proposal-queries.ts'
import type { Known, ProjectSession } from './proposal-queries.ts'
import { folded, roleOfText } from './roles.ts'

/** A credit that the day's notes or the project's team suggest, for the tracks that do not have it yet. */
export interface Proposal {
  /** What it is asked for by, the same as long as it says the same: `session:12/élodie garnier/Violin`. */
  key: string
  musician_id: number | null
  name: string
  /** What is known of somebody who is to be entered. */
  known: Partial<MusicianFields>
  role: string
  display: string | null
  /** `session:12`, `person:3`. */
  source: string
  tracks: Pick<Track, 'id' | 'position' | 'title'>[]
  /** Titles that a session noted and the project does not have: on which tracks it was is for somebody to say. */
  unknown: string[]
}

/** What those who work on a project are credited with, by their part in it. */
export const teamRoles: Record<string, string> = {
  producer: 'StudioProducer',
  recording: 'RecordingEngineer',
  mixing: 'MixingEngineer',
  mastering: 'MasteringEngineer',
  editing: 'DigitalEditingEngineer',
  assistant: 'AssistantEngineer'
}

/** What proposals are made of. */
export interface Gathered {
  tracks: Track[]
  credits: Credit[]
  team: { person_id: number; name: string; role: string }[]
  sessions: ProjectSession[]
  people: Known[]
}

/** Reads it, in one trip. */
export async function gather(db: Db, project_id: number): Promise<Gathered> {
  const [tracks, credits, team, sessions, people] = await together(db, db => [
    listTracks(db, project_id),
    creditsOfProject(db, project_id),
    teamOf(db, project_id),
    sessionsOf(db, project_id),
    everybody(db)
  ])
  return { tracks, credits, team, sessions, people }
}

/** Who played in these sessions, by whoever keeps session reports. */
export async function playedIn(ask: Ask, sessions: readonly { id: number }[]): Promise<Played[]> {
  if (sessions.length === 0) return []
  return (await ask('credits.played', { session_ids: sessions.map(({ id }) => id) })).flat()
}

/** What a project's credits could be, by who played in its sessions and who works on it; what is there already is left out. */
export function proposalsOf(
  { tracks, credits, team, people }: Gathered,
  played: readonly Played[],
  wordsIn: Context['wordsIn']
): Proposal[] {
  const living = tracks.filter(({ status }) => status !== 'dropped')
  const says = [wordsIn('fr').t, wordsIn('en').t]
  const found: Proposal[] = [
    ...played.flatMap(one => {
      const on = tracksPlayed(living, one)
      const unknown = on.length === 0 ? one.titles : []
      const role = one.instrument ? roleOfText(one.instrument, says) : undefined
      return proposal(one.name, `session:${one.session_id}`, on.length === 0 ? living : on, {
        unknown,
        musician_id: people.find(known => called(known, one.name))?.id ?? null,
        role: role ?? roleOfPart(one.role),
        display: role ? null : one.instrument,
        known: societyOf(one)
      })
    }),
    ...team.flatMap(({ person_id, name, role }) => {
      const word = teamRoles[role]
      if (!word) return []
      const musician = people.find(one => one.person_id === person_id) ?? people.find(one => called(one, name))
      const rest = { musician_id: musician?.id ?? null, role: word, display: null, known: { person_id }, unknown: [] }
      return proposal(name, `person:${person_id}`, living, rest)
    })
  ]
  return withoutThose(joined(found), credits)
}

function proposal(
  name: string,
  source: string,
  tracks: readonly Track[],
  rest: Pick<Proposal, 'musician_id' | 'role' | 'display' | 'known' | 'unknown'>
): Proposal {
  const places = tracks.map(({ id, position, title }) => ({ id, position, title }))
  return { key: `${source}/${folded(name)}/${rest.role}`.slice(0, 200), name, source, tracks: places, ...rest }
}

/** The tracks whose titles a session worked on; where there is one track, or no title was noted, all. */
function tracksPlayed(tracks: readonly Track[], { titles }: Played): readonly Track[] {
  if (titles.length === 0 || tracks.length === 1) return tracks
  const noted = new Set(titles.map(folded))
  return tracks.filter(({ title }) => noted.has(folded(title)))
}

const called = (one: Known, name: string): boolean =>
  folded(one.name) === folded(name) || (one.stage_name !== null && folded(one.stage_name) === folded(name))

/** What somebody does by the word of a session report, where no instrument says it. */
function roleOfPart(part: string): string {
  const roles: Record<string, string> = {
    soloist: 'Soloist',
    singer: 'Vocalist',
    chorister: 'BackgroundVocalist',
    conductor: 'Conductor'
  }
  return roles[part] ?? 'Musician'
}

/** Performers' societies are told from authors' by their names. */
function societyOf({ society, society_number }: Played): Partial<MusicianFields> {
  if (!society) return {}
  const performers = /adami|spedidam|gramex|gvl|ppl|soundexchange|nuovo|aie\b|playright/i.test(society)
  return performers ? { performer_society: society, performer_number: society_number } : { society }
}

/** One proposal of the same person and role from several sessions: of the tracks that are known, of all if none is. */
function joined(all: readonly Proposal[]): Proposal[] {
  const groups = Map.groupBy(all, ({ name, role }) => `${folded(name)}/${role}`)
  return [...groups.values()].flatMap(of => {
    const known = of.filter(({ unknown }) => unknown.length === 0)
    const [first] = known.length > 0 ? known : of
    if (!first) return []
    const tracks = new Map((known.length > 0 ? known : of).flatMap(one => one.tracks).map(track => [track.id, track]))
    const unknown = known.length > 0 ? [] : [...new Set(of.flatMap(one => one.unknown))]
    return [{ ...first, tracks: [...tracks.values()], unknown }]
  })
}

function withoutThose(
  all: readonly Proposal[],
  credits: readonly { track_id: number; musician_id: number; role: string }[]
): Proposal[] {
  const there = new Set(credits.map(one => `${one.track_id}/${one.musician_id}/${one.role}`))
  const known = new Set(credits.map(one => `${one.musician_id}/${one.role}`))
  return all.flatMap(one => {
    // who has the credit somewhere needs no guess about the rest
    if (one.unknown.length > 0 && known.has(`${one.musician_id}/${one.role}`)) return []
    const tracks = one.tracks.filter(({ id }) => !there.has(`${id}/${one.musician_id}/${one.role}`))
    return tracks.length > 0 ? [{ ...one, tracks: tracks.toSorted((a, b) => a.position - b.position) }] : []
  })
}
