import { activityOf, notFound, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { lacksOf, ranges } from './complete.ts'
import type { Lack } from './complete.ts'
import * as queries from './credit-queries.ts'
import type { Credit, Project, Track } from './credit-queries.ts'
import { splitKinds } from './forms.ts'
import type { SplitKind } from './forms.ts'
import { gather, playedIn, proposalsOf } from './proposals.ts'
import { groupOf, groupOrder, performs, roleGroups, roleWords } from './roles.ts'
import { listShares, listSheets, sheetsOfProject } from './split-queries.ts'
import type { Share, Sheet } from './split-queries.ts'

export const styles = ['/static/credits/credits.css']

/** Roles that a split offers; those of the credits of that track come with them. */
const splitRoles: Record<SplitKind, readonly string[]> = {
  composition: roleGroups.writers,
  recording: [
    ...roleGroups.artists,
    'InitialProducer',
    'StudioProducer',
    'CoProducer',
    'ExecutiveProducer',
    'LeadVocalist',
    'Vocalist',
    'Musician',
    'MusicArranger',
    'Remixer',
    'RecordingEngineer',
    'MixingEngineer'
  ]
}

/** A split as its form shows it. */
export interface Split {
  kind: SplitKind
  sheet: Sheet | undefined
  shares: Share[]
  roles: string[]
  /** Where its signing stands. */
  signing: Signing | undefined
}

/** How many of those who share have signed, and where that is seen. */
export interface Signing {
  state: string
  signed: number
  signers: number
  href: string
}

async function signingOf(request: FastifyRequest, sheet: Sheet | undefined): Promise<Signing | undefined> {
  if (!sheet?.request_id) return undefined
  const [found] = await request.ask('signatures.state', { request_id: sheet.request_id })
  if (!found) return undefined
  const signed = found.signers.filter(({ signed_at }) => signed_at !== null).length
  return { state: found.state, signed, signers: found.signers.length, href: found.href }
}

/** The track of the address. @throws notFound */
export async function trackAsked(request: FastifyRequest): Promise<Track> {
  const track = await queries.findTrack(request.db, request.recordId())
  if (!track) throw notFound()
  return track
}

/** The project of the address. @throws notFound */
export async function projectAsked(request: FastifyRequest): Promise<Project> {
  const project = await queries.findProject(request.db, request.recordId())
  if (!project) throw notFound()
  return project
}

/** All that the page of a track's credits shows. Seven statements, and what signatures need for a sheet that was sent. */
export async function trackPage(request: FastifyRequest, outcome: Outcome = {}) {
  const track = await trackAsked(request)
  const [project, credits, sheets, shares, others, activity] = await together(request.db, db => [
    queries.findProject(db, track.project_id),
    queries.listCredits(db, [track.id]),
    listSheets(db, [track.id]),
    listShares(db, [track.id]),
    queries.tracksToCopy(db, track),
    activityOf(db, 'track', track.id, 30)
  ])
  if (!project) throw notFound()
  const splits: Split[] = []
  for (const kind of splitKinds) {
    const of = shares.filter(share => share.kind === kind)
    const sheet = sheets.find(one => one.kind === kind)
    const roles = [...new Set([...splitRoles[kind], ...of.map(({ role }) => role)])]
    splits.push({ kind, sheet, shares: of, roles, signing: await signingOf(request, sheet) })
  }
  return {
    styles,
    title: request.words().t('credits.track.title', { title: track.title }),
    track,
    project,
    credits,
    splits,
    others,
    activity: activity.filter(({ action }) => action.startsWith('credits.')),
    lacking: lacksOf(judged(track, project, credits, sheets), performs),
    values: {},
    errors: {},
    // which form of the page failed: `credit`, `edit:12`, `copy`, `composition`, `recording`
    failed: '',
    ...outcome
  }
}

export interface Outcome {
  values?: Record<string, unknown>
  errors?: Record<string, string>
  failed?: string
}

const judged = (track: Track, project: Project, credits: readonly Credit[], sheets: readonly Sheet[]) => ({
  isrc: track.isrc,
  instrumental: track.instrumental,
  kind: project.kind,
  credits,
  locked: sheets.some(({ kind, locked_at }) => kind === 'composition' && locked_at !== null)
})

/** A track in the list of its project, with what it lacks. */
export interface TrackLine extends Track {
  credits: Credit[]
  lacking: Lack[]
}

/** Each track of a project with its credits and what it lacks; dropped ones are left out. */
export function linesOf(
  project: Project,
  tracks: readonly Track[],
  credits: readonly Credit[],
  sheets: readonly Sheet[]
): TrackLine[] {
  return tracks
    .filter(({ status }) => status !== 'dropped')
    .map(track => {
      const own = credits.filter(({ track_id }) => track_id === track.id)
      const of = sheets.filter(({ track_id }) => track_id === track.id)
      return { ...track, credits: own, lacking: lacksOf(judged(track, project, own, of), performs) }
    })
}

/** One who is credited with a role, and on which tracks. */
export interface Billing {
  musician_id: number
  name: string
  stage_name: string | null
  role: string
  display: string | null
  track_ids: Set<number>
}

/** Who did what on which tracks, by the groups of a sleeve; within a group in the order of the credits. */
export function billingsOf(credits: readonly Credit[]): { group: string; billings: Billing[] }[] {
  const by = new Map<string, Billing>()
  for (const { musician_id, name, stage_name, role, display, track_id } of credits) {
    const key = `${musician_id}/${role}/${display ?? ''}`
    const known = by.get(key) ?? { musician_id, name, stage_name, role, display, track_ids: new Set<number>() }
    known.track_ids.add(track_id)
    by.set(key, known)
  }
  const all = [...by.values()]
  const order = new Map(roleWords.map((role, rank) => [role, rank]))
  return groupOrder
    .map(group => ({
      group,
      billings: all
        .filter(({ role }) => groupOf(role) === group)
        .toSorted((a, b) => (order.get(a.role) ?? 0) - (order.get(b.role) ?? 0))
    }))
    .filter(({ billings }) => billings.length > 0)
}

/** All that the page of a project's credits shows. Eight statements. */
export async function projectPage(request: FastifyRequest, outcome: Outcome = {}) {
  const project = await projectAsked(request)
  const [gathered, sheets] = await together(request.db, db => [gather(db, project.id), sheetsOfProject(db, project.id)])
  const words = request.words()
  const played = request.can('credits.write') ? await playedIn(request.ask.bind(request), gathered.sessions) : []
  const lines = linesOf(project, gathered.tracks, gathered.credits, sheets)
  const living = new Set(lines.map(({ id }) => id))
  return {
    styles,
    title: words.t('credits.project.title', { title: project.title }),
    project,
    lines,
    complete: lines.filter(({ lacking }) => lacking.length === 0).length,
    billings: billingsOf(gathered.credits.filter(({ track_id }) => living.has(track_id))),
    proposals: request.can('credits.write') ? proposalsOf(gathered, played, request.wordsIn.bind(request)) : [],
    sessions: gathered.sessions,
    ranges,
    values: {},
    errors: {},
    failed: '',
    ...outcome
  }
}
