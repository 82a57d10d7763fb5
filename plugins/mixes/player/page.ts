import { notFound, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { qualityOf } from '../analysis/showing.ts'
import { staffComments } from '../comments/showing.ts'
import { sharingOf } from '../links/pages.ts'
import { staffReview } from '../reviews/showing.ts'
import { playerOf } from './players.ts'
import { filesOfTrack, findFile, findHeard, findRevision, revisionsOf } from './queries.ts'
import type { Heard, Revision } from './queries.ts'
import { tracksOf } from './write-queries.ts'

const styles = ['player', 'comments', 'reviews', 'links'].map(name => `/static/mixes/${name}.css`)

/** The page on which a track is listened to: the revision of the address, else its furthest. @throws notFound */
export async function listeningPage(request: FastifyRequest) {
  const { db, base } = request
  const id = request.recordId()
  const [heard, revisions, files] = await together(db, db => [
    findHeard(db, id),
    revisionsOf(db, id),
    filesOfTrack(db, id)
  ])
  if (!heard) throw notFound()
  const asked = Number((request.query as { revision?: unknown }).revision)
  const chosen = revisions.find(revision => revision.id === asked) ?? revisions[0]
  const href = (track: number | null) => (track === null ? null : `${base}/mixes/tracks/${track}`)
  const track = {
    id,
    title: titleOf(heard),
    subtitle: [heard.artist, heard.project].filter(Boolean).join(' · '),
    href: `${base}/mixes/tracks/${id}`,
    previous: href(heard.previous),
    next: href(heard.next)
  }
  const about = chosen && { ...chosen, project_id: heard.project_id }
  return {
    styles,
    title: titleOf(heard),
    heard,
    revisions,
    files,
    chosen,
    player: await playerOf(db, { track, revisions, chosen: chosen?.id, base: `${base}/mixes` }),
    beside: about ? await besideOf(request, about) : {},
    share: await sharingOf(db, { project_id: heard.project_id, track_id: id }),
    drop: request.can('mixes.upload') ? { project_id: heard.project_id, track_id: id } : undefined,
    errors: {}
  }
}

/** What stands beside the player, of the chosen revision. */
async function besideOf(request: FastifyRequest, revision: Revision & { project_id: number }) {
  const [comments, review, quality] = await Promise.all([
    staffComments(request, revision),
    staffReview(request, revision),
    qualityOf(request.db, request.words(), revision.audio_id)
  ])
  return { comments, review, quality }
}

const titleOf = ({ title, version_title }: Pick<Heard, 'title' | 'version_title'>): string =>
  [title, version_title].filter(Boolean).join(' · ')

interface Typed {
  errors: Record<string, string>
  values: Record<string, unknown>
}

/** A revision's own page: its note, where it belongs. @throws notFound */
export async function revisionPage(request: FastifyRequest, typed?: Typed) {
  const revision = await findRevision(request.db, request.recordId())
  const heard = revision && (await findHeard(request.db, revision.track_id))
  if (!revision || !heard) throw notFound()
  const { note, track_id, version } = revision
  return {
    title: `${heard.title} · ${request.words().t(`mixes.player.versions.${version}`)} ${revision.number}`,
    revision,
    heard,
    tracks: await tracksOf(request.db, heard.project_id),
    errors: typed?.errors ?? {},
    values: { note, track_id, version, ...typed?.values }
  }
}

/** A further file's own page. @throws notFound */
export async function filePage(request: FastifyRequest, typed?: Typed) {
  const file = await findFile(request.db, request.recordId())
  if (!file) throw notFound()
  const { label, kind, track_id } = file
  return {
    title: label,
    file,
    tracks: await tracksOf(request.db, file.project_id),
    errors: typed?.errors ?? {},
    values: { label, kind, track_id, ...typed?.values }
  }
}
