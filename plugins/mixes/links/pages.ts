import { notFound, time } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { findLink, listLinks } from './list-queries.ts'
import type { ShownLink } from './list-queries.ts'
import { mailKey } from './mail.ts'
import { addressAgain } from './making.ts'
import { linkById, projectOf, recipientOf, revisionsOf } from './queries.ts'
import { listVisits } from './visits.ts'

/* What the studio sees of its links for guests. */

const styles = ['/static/mixes/links.css']

/** Days for which a new link is good when nobody says otherwise. */
const usualDays = 30

/** What the fragment `mixes/_share` takes: the links of a project or a track, and where a new one is made. */
export interface Sharing {
  links: ShownLink[]
  /** `project_id=3&track_id=12`, of the form of a new one. */
  make: string
}

/** The links of a project, or of one of its tracks. One statement. */
export async function sharingOf(
  db: Db,
  of: { project_id: number; track_id?: number | null; revision_id?: number | null }
): Promise<Sharing> {
  const { project_id, track_id = null, revision_id = null } = of
  const links = await listLinks(db, track_id === null ? { project_id } : { track_id })
  const make = new URLSearchParams()
  for (const [name, id] of Object.entries({ project_id, track_id, revision_id }))
    if (id !== null) make.set(name, String(id))
  return { links, make: make.toString() }
}

/** The form of a new link: to what its address, or what was typed, says. */
export async function newLinkPage(request: FastifyRequest, given: Record<string, unknown>) {
  const { db, studio } = request
  const { t } = request.words()
  const [project_id, track_id, revision_id] = [
    idIn(given, 'project_id'),
    idIn(given, 'track_id'),
    idIn(given, 'revision_id')
  ]
  if (project_id === null)
    return { styles, title: t('mixes.links.new.title'), project: undefined, errors: {}, values: {} }
  const project = await projectOf(db, project_id)
  if (!project) throw notFound()
  const place = { project_id, track_id, revision_id: null, revision_ids: revision_id === null ? null : [revision_id] }
  const revisions = await revisionsOf(db, place)
  if (revision_id !== null && revisions.length === 0) throw notFound()
  const client = await recipientOf(db, project_id)
  const values = {
    scope: 'comment',
    recipient: client?.recipient ?? '',
    expires_on: time.addDays(time.today(studio.timezone), usualDays),
    ...given
  }
  return {
    styles,
    title: t('mixes.links.new.title'),
    project,
    place: { project_id, track_id, revision_id },
    what: revision_id !== null ? 'revision' : track_id === null ? 'project' : 'track',
    email: client?.email ?? null,
    revisions,
    errors: {},
    values
  }
}

/** One link: its address, its state, who came by it. */
export async function linkPage(request: FastifyRequest) {
  const { db } = request
  const id = request.recordId()
  const [link, kept] = [await findLink(db, id), await linkById(db, id)]
  if (!link || !kept) throw notFound()
  const visits = await listVisits(db, id)
  const [letter] = await request.letters([mailKey(id)])
  return {
    styles,
    title: request.words().t('mixes.links.one.title', { title: link.track_title ?? link.project_title }),
    link,
    address: addressAgain(request, kept),
    visits,
    letter,
    errors: {}
  }
}

function idIn(given: Record<string, unknown>, name: string): number | null {
  const id = Number(given[name])
  return Number.isSafeInteger(id) && id > 0 ? id : null
}
