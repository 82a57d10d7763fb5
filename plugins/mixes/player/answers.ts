import type { Asking, Plugin, RecordName } from '@patchbay/core'
import type { TrackMark } from '../../projects/contract.ts'
import type { RevisionState } from '../contract.ts'
import { currentOf, placesOf, recordingsOf } from './current-queries.ts'
import type { Current, Placed, Recording } from './current-queries.ts'
import { clientSection, projectSection, sessionSection, trackSection } from './sections.ts'

/** What credits ask; whether they are installed is theirs to know. */
const forCredits = {
  async 'credits.recordings'({ db }: Asking, { track_ids }: { track_ids: readonly number[] }) {
    if (track_ids.length === 0) return undefined
    const found = await recordingsOf(db, track_ids)
    return Object.fromEntries(
      found.map(({ track_id, ...recording }): [number, Omit<Recording, 'track_id'>] => [track_id, recording])
    )
  }
}

/** What the player says where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  ...forCredits,
  'projects.sections': (asking, { project_id }) => projectSection(asking, project_id),
  'projects.track-sections': (asking, { track_id }) => trackSection(asking, track_id),
  'clients.sections': (asking, { client_id }) => clientSection(asking, client_id),
  'sessions.sections': (asking, { session_id }) => sessionSection(asking, session_id),
  async 'projects.track-marks'(asking, { track_ids }) {
    if (!asking.can('mixes.read') || track_ids.length === 0) return undefined
    const rows = await currentOf(asking.db, track_ids)
    return Object.fromEntries(rows.map(row => [row.track_id, [markOf(asking, row)]]))
  },
  'core.records': records
}

const tones: Partial<Record<RevisionState, NonNullable<TrackMark['tone']>>> = {
  approved: 'good',
  changes: 'warning',
  in_review: 'quiet'
}

function markOf({ t, base }: Asking, { track_id, version, number, state }: Current): TrackMark {
  const said = state in tones ? t(`mixes.player.states.${state}`) : ''
  const label = [`${t(`mixes.player.versions.${version}`)} ${number}`, said].filter(Boolean).join(' · ')
  return { label, href: `${base}/mixes/tracks/${track_id}`, icon: 'headphones', tone: tones[state] ?? 'quiet' }
}

const kinds = new Set(['revision', 'track_file', 'audio', 'share_link'])

/** Records of all parts of mixes, by `revision:12`. One statement. */
async function records(asking: Asking, { about }: { about: readonly string[] }) {
  const mine = about
    .map(record => record.split(':'))
    .filter(([what = '']) => kinds.has(what))
    .map(([what = '', id]) => ({ what, id: Number(id) }))
  if (mine.length === 0 || !asking.can('mixes.read')) return undefined
  const places = await placesOf(asking.db, mine)
  return Object.fromEntries(places.map((place): [string, RecordName] => [place.record, nameOf(asking, place)]))
}

function nameOf({ t, base }: Asking, place: Placed): RecordName {
  const { what, id, title, version, number, project_id, track_id, revision_id } = place
  const label = version === null ? title : `${title} · ${t(`mixes.player.versions.${version}`)} ${number}`
  const heard = revision_id === null ? '' : `?revision=${revision_id}`
  const where = track_id === null ? `/projects/${project_id}` : `/mixes/tracks/${track_id}${heard}`
  const own: Partial<Record<Placed['what'], string>> = {
    share_link: `/mixes/links/${id}`,
    audio: `/mixes/audio/${id}/report`
  }
  return { label, href: base + (own[what] ?? where) }
}
