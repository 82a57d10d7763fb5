import { notFound, together } from '@patchbay/core'
import type { Asking, Section } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { currentOfClient, currentOfProject, currentOfSession, currentOfVersions } from './current-queries.ts'
import type { Current } from './current-queries.ts'
import { sharingOf } from '../links/pages.ts'
import { filesOfProject, filesOfTrack, findProject } from './queries.ts'
import { canBeHeard } from './sound.ts'

/** Tracks on one page; further ones by its foot. */
const most = 50
/** Tracks on a project's page, which has much else; all are on the page of its music. */
const mostBeside = 25

/** A row of a list that plays. */
export type Playable = Current & { heard: boolean }

/** The music of a project, on its page: three statements. */
export async function projectSection({ db, can }: Asking, project_id: number): Promise<Section | undefined> {
  if (!can('mixes.read')) return undefined
  const [rows, files, share] = await together(db, db => [
    currentOfProject(db, project_id, 0, mostBeside + 1),
    filesOfProject(db, project_id),
    sharingOf(db, { project_id })
  ])
  const drop = can('mixes.upload') && { project_id, track_id: null }
  return {
    view: 'mixes/player/_project',
    data: {
      rows: rows.slice(0, mostBeside).map(playable),
      more: rows.length > mostBeside,
      files,
      share,
      drop,
      project_id
    }
  }
}

/** What a track has of each version, on its card: two statements. */
export async function trackSection({ db, can }: Asking, track_id: number): Promise<Section | undefined> {
  if (!can('mixes.read')) return undefined
  const [rows, files] = await together(db, db => [currentOfVersions(db, track_id), filesOfTrack(db, track_id)])
  return { view: 'mixes/player/_track', data: { rows: rows.map(playable), files: files.length, track_id } }
}

/** The newest music of a client; nothing without any. */
export async function clientSection({ db, can }: Asking, client_id: number): Promise<Section | undefined> {
  if (!can('mixes.read')) return undefined
  const rows = await currentOfClient(db, client_id, 6)
  return rows.length > 0
    ? { view: 'mixes/player/_elsewhere', data: { rows: rows.map(playable), of: 'client' } }
    : undefined
}

/** What can be heard of the project that a session is of; nothing without any. */
export async function sessionSection({ db, can }: Asking, session_id: number): Promise<Section | undefined> {
  if (!can('mixes.read')) return undefined
  const rows = await currentOfSession(db, session_id, 12)
  return rows.length > 0
    ? { view: 'mixes/player/_elsewhere', data: { rows: rows.map(playable), of: 'session' } }
    : undefined
}

/** All that can be heard of a project, fifty tracks a page. @throws notFound */
export async function projectPage(request: FastifyRequest) {
  const id = request.recordId()
  const after = Math.max(0, Number((request.query as { after?: unknown }).after) || 0)
  const [project, rows, files] = await together(request.db, db => [
    findProject(db, id),
    currentOfProject(db, id, Math.floor(Math.min(after, 1e9)), most + 1),
    filesOfProject(db, id)
  ])
  if (!project) throw notFound()
  const shown = rows.slice(0, most).map(playable)
  const next = rows.length > most ? String(shown.at(-1)?.position ?? '') : ''
  return { styles: ['/static/mixes/player.css'], title: project.title, project, rows: shown, files, next }
}

const playable = (row: Current): Playable => ({ ...row, heard: canBeHeard(row) })
