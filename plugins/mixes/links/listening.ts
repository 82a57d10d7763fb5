import { notFound } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { guestComments } from '../comments/showing.ts'
import { playerOf } from '../player/players.ts'
import { revisionsBy } from '../player/queries.ts'
import { guestReview } from '../reviews/showing.ts'
import type { Guest } from './guest.ts'
import { askedOf, projectOf, revisionsOf } from './queries.ts'
import type { OpenRevision } from './queries.ts'

/* What a guest hears and reads. */

const styles = ['player', 'comments', 'reviews', 'links'].map(name => `/static/mixes/${name}.css`)

/** A track of a guest's page, with the revision it opens with. */
interface Title {
  id: number
  title: string
  version_title: string | null
  first: OpenRevision
  waits: boolean
}

/** What was typed and is wrong. */
interface Failed {
  said?: { ok: boolean; errors?: Record<string, string>; values?: Record<string, unknown> }
  decided?: { ok: boolean; errors?: Record<string, string>; values?: Record<string, unknown> }
}

/** The revision a guest listens to: the one in the address or the form; else what waits for their word; else the first. */
export async function chosenIn(request: FastifyRequest, { link }: Guest): Promise<Chosen> {
  const chosen = choose(request, await revisionsOf(request.db, link), await askedOf(request.db, link.id))
  if (!chosen) throw notFound()
  return chosen
}

interface Chosen {
  chosen: OpenRevision
  opened: OpenRevision[]
}

/** A guest's page: one track with its player, what is said of it, what is to be decided; the others to go to. */
export async function listeningPage(request: FastifyRequest, guest: Guest, failed: Failed = {}) {
  const { link, token } = guest
  const { db, base } = request
  const here = `${base}/mixes/${token}`
  const project = await projectOf(db, link.project_id)
  const asked = await askedOf(db, link.id)
  const found = choose(request, await revisionsOf(db, link), asked)
  const common = { styles, project, here, scope: link.scope, recipient: link.recipient }
  if (!found) return { ...common, title: project?.title ?? '', titles: [], chosen: undefined }
  const { chosen, opened } = found
  const own = opened.filter(({ track_id }) => track_id === chosen.track_id)
  const titles = titlesOf(opened, asked)
  const at = titles.findIndex(({ id }) => id === chosen.track_id)
  const pageOf = (title: Title | undefined) => (title ? `${here}?revision=${title.first.id}` : null)
  const title = [chosen.title, chosen.version_title].filter(Boolean).join(' · ')
  const player = await playerOf(db, {
    track: {
      id: chosen.track_id,
      title,
      subtitle: [project?.artist, project?.title].filter(Boolean).join(' · '),
      href: `${here}?revision=${chosen.id}`,
      previous: pageOf(titles[at - 1]),
      next: pageOf(titles[at + 1])
    },
    revisions: await revisionsBy(
      db,
      own.map(({ id }) => id)
    ),
    chosen: chosen.id,
    base: here
  })
  const comments = await guestComments(request, chosen, { link, here })
  const review = await guestReview(request, chosen.id, { link, here })
  return {
    ...common,
    title,
    titles,
    chosen,
    own,
    player,
    comments: { ...comments, ...failed.said },
    review: review?.review ? { ...review, ...failed.decided } : undefined
  }
}

/** Undefined while there is nothing to hear yet. */
function choose({ query, body }: FastifyRequest, opened: OpenRevision[], waiting: Set<number>): Chosen | undefined {
  const { revision } = query as { revision?: unknown }
  const { revision_id } = (body ?? {}) as { revision_id?: unknown }
  const asked = new Set([Number(revision), Number(revision_id)])
  const waits = opened.find(({ id }) => waiting.has(id))
  const chosen = opened.find(({ id }) => asked.has(id)) ?? waits ?? opened[0]
  return chosen && { chosen, opened }
}

/** One line a track: it opens with what waits for a word, else with its newest. */
function titlesOf(opened: readonly OpenRevision[], waiting: Set<number>): Title[] {
  const tracks = Map.groupBy(opened, ({ track_id }) => track_id)
  return [...tracks].flatMap(([id, revisions]) => {
    const first = revisions.find(one => waiting.has(one.id)) ?? revisions[0]
    if (!first) return []
    return [{ id, title: first.title, version_title: first.version_title, first, waits: waiting.has(first.id) }]
  })
}
