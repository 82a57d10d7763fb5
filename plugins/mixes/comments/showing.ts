import { together } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { read } from '@patchbay/core/forms'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createHash } from 'node:crypto'
import type { ShareLink } from '../links/queries.ts'
import { CommentsQuery } from './forms.ts'
import { commentsOf, mentionable } from './queries.ts'
import type { CommentedRevision, ShownComment } from './queries.ts'
import { authorsOf, threadsOf } from './threads.ts'
import type { Reader, Thread } from './threads.ts'

/** What the view `mixes/_comments` is given. */
export interface CommentsPart {
  revision: Pick<CommentedRevision, 'id' | 'version' | 'number' | 'track_id'>
  comments: Thread[]
  /** Of all there are, whatever is shown. */
  counts: { all: number; open: number; carried: number; carried_open: number }
  authors: string[]
  query: CommentsQuery
  /** Names of those who can be called by `@`. */
  people: string[]
  guest: boolean
  can_comment: boolean
  can_remove_any: boolean
  /** Where a new comment is posted, where one comment is dealt with (`<each>/12/resolution`; a guest's, `<each>/resolution` with its id), where the list is read anew. */
  action: string
  each: string
  live: string
  /** Changes whenever the list does: who knows it is answered 204. */
  seen: string
  /** A guest's name, when the link says it. */
  author: string | null
  errors: Record<string, string>
  values: Record<string, unknown>
}

type Shown = CommentsPart['revision']

/** The comments of a revision for somebody of the studio; two statements. */
export async function staffComments(request: FastifyRequest, revision: Shown): Promise<CommentsPart> {
  const { db, base, actor, can } = request
  const [comments, people] = await together(db, over => [commentsOf(over, revision.id), mentionable(over)])
  const query = queryOf(request)
  return {
    ...partOf(comments, revision, { person_id: actor.id, link_id: null }, query),
    people: people.map(({ name }) => name),
    guest: false,
    can_comment: can('mixes.comment'),
    can_remove_any: can('mixes.write'),
    action: `${base}/mixes/revisions/${revision.id}/comments`,
    each: `${base}/mixes/comments`,
    live: `${base}/mixes/revisions/${revision.id}/comments`,
    author: null
  }
}

/** The same for a guest; `here` is the address of their page, with the token. One statement. */
export async function guestComments(
  request: FastifyRequest,
  revision: Shown,
  { link, here, db = request.db }: { link: Pick<ShareLink, 'id' | 'scope' | 'recipient'>; here: string; db?: Db }
): Promise<CommentsPart> {
  const comments = await commentsOf(db, revision.id)
  return {
    ...partOf(comments, revision, { person_id: null, link_id: link.id }, queryOf(request)),
    people: [],
    guest: true,
    can_comment: link.scope !== 'listen',
    can_remove_any: false,
    action: `${here}/comments`,
    each: `${here}/comments`,
    live: `${here}/comments?revision=${revision.id}`,
    author: link.recipient
  }
}

/** Sends the fragment; nothing when whoever asks has it as it is: `?seen=`. */
export function sendComments(request: FastifyRequest, reply: FastifyReply, part: CommentsPart): FastifyReply {
  const { seen } = request.query as { seen?: unknown }
  if (seen === part.seen) return reply.code(204).send()
  return reply.view('mixes/_comments', { ...part })
}

function partOf(comments: readonly ShownComment[], revision: Shown, reader: Reader, query: CommentsQuery) {
  const roots = comments.filter(({ parent_id }) => parent_id === null)
  const open = roots.filter(({ resolved_at }) => resolved_at === null)
  const carried = roots.filter(({ carried_from }) => carried_from !== null)
  const counts = {
    all: roots.length,
    open: open.length,
    carried: carried.length,
    carried_open: carried.filter(({ resolved_at }) => resolved_at === null).length
  }
  const shown = threadsOf(comments, reader, query)
  const seen = createHash('sha256').update(JSON.stringify(comments)).digest('base64url').slice(0, 16)
  return { revision, comments: shown, counts, authors: authorsOf(comments), query, seen, errors: {}, values: {} }
}

/** The filters in the page's address; what is wrong is as if it were not there. */
function queryOf(request: FastifyRequest): CommentsQuery {
  const { show, by, sort } = request.query as Record<string, unknown>
  const fits = read(CommentsQuery, { show, by, sort }, request.studio.timezone)
  return fits.ok ? fits.value : { by: null }
}
