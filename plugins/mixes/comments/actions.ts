import { action, forbidden, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { AnswerForm, ChangeCommentForm, CommentForm, CommentIdForm } from './forms.ts'
import {
  addComment,
  changeComment,
  findCommented,
  isTakenUp,
  lockComment,
  mentionable,
  removeComment,
  settleComment
} from './queries.ts'
import type { Comment, CommentedRevision } from './queries.ts'
import { isOwn } from './threads.ts'

/* What the studio's own people say of a revision. */

/** What every action here gives back: the comment, and where it stands. */
export interface Said {
  id: number
  revision_id: number
  track_id: number
  project_id: number
}

/** Records the trail shows it on. */
export const aboutSaid = ({ track_id, project_id }: Said) => ({ track: track_id, project: project_id })

/** Says something of a revision: of the whole, at a moment, of a span. Whoever is called by `@name` is told. */
export const comment = action({
  name: 'mixes.comment',
  permission: 'mixes.comment',
  input: CommentForm,
  about: aboutSaid,
  async run(running, { revision_id, at, until, body, mentions }) {
    const revision = await commented(running, revision_id)
    const place = placeIn(revision, { at, until })
    const called = await calledIn(running, body, mentions)
    return say(running, revision, { ...place, body, mentions: called, ...byPerson(running) })
  }
})

/** Answers a comment; an answer has no answers of its own. */
export const answerComment = action({
  name: 'mixes.answer',
  permission: 'mixes.comment',
  input: AnswerForm,
  about: aboutSaid,
  async run(running, { id, body, mentions }) {
    const parent = await spoken(running, id)
    const revision = await commented(running, parent.revision_id)
    const called = await calledIn(running, body, mentions)
    return say(running, revision, {
      parent_id: parent.parent_id ?? parent.id,
      body,
      mentions: called,
      ...byPerson(running)
    })
  }
})

/** Puts one's own words better, as long as nobody took them up. */
export const changeOwnComment = action({
  name: 'mixes.change_comment',
  permission: 'mixes.comment',
  input: ChangeCommentForm,
  about: aboutSaid,
  async run(running, { id, body, at, until }) {
    const before = await ownFree(running, id)
    const revision = await commented(running, before.revision_id)
    const place = before.parent_id === null ? placeIn(revision, { at, until }) : { at_ms: null, until_ms: null }
    await changeComment(running.db, id, { body, ...place })
    running.changed(before, { body, ...place })
    return told(running, revision, id)
  }
})

/** Takes one's own words back, as long as nobody took them up; who manages mixes may take away anybody's. */
export const removeOneComment = action({
  name: 'mixes.remove_comment',
  permission: 'mixes.comment',
  input: CommentIdForm,
  confirm: true,
  about: aboutSaid,
  async run(running, { id }) {
    const before = running.can('mixes.write') ? await spoken(running, id) : await ownFree(running, id)
    const revision = await commented(running, before.revision_id)
    running.changed(before, { body: null, author: null })
    await removeComment(running.db, id)
    return told(running, revision, id)
  }
})

/** What was asked for is done. */
export const resolveComment = action({
  name: 'mixes.resolve_comment',
  permission: 'mixes.comment',
  input: CommentIdForm,
  about: aboutSaid,
  run: (running, { id }) => settle(running, id, running.person.name)
})

/** It is not done after all. */
export const reopenComment = action({
  name: 'mixes.reopen_comment',
  permission: 'mixes.comment',
  input: CommentIdForm,
  about: aboutSaid,
  run: (running, { id }) => settle(running, id, null)
})

async function settle(running: Running, id: number, by: string | null): Promise<Said> {
  const before = await spoken(running, id)
  if (before.parent_id !== null) throw refuse({ id: 'mixes.comments.errors.answer' })
  const revision = await commented(running, before.revision_id)
  if ((before.resolved_at === null) !== (by === null)) await settleComment(running.db, before, by)
  return told(running, revision, id)
}

/** Writes it down and tells of it. */
export async function say(
  running: Running,
  revision: CommentedRevision,
  words: Omit<Parameters<typeof addComment>[1], 'revision_id'>
): Promise<Said> {
  return told(running, revision, await addComment(running.db, { ...words, revision_id: revision.id }), 'said')
}

/** Tells that something was said, changed or settled. */
export function told(
  { tell }: Running,
  { id, track_id, project_id }: CommentedRevision,
  comment_id: number,
  what: 'said' | 'changed' = 'changed'
): Said {
  tell('mixes.commented', { comment_id, revision_id: id, track_id, what })
  return { id: comment_id, revision_id: id, track_id, project_id }
}

/** @throws notFound when there is no such revision. */
export async function commented({ db }: Running, id: number): Promise<CommentedRevision> {
  const revision = await findCommented(db, id)
  if (!revision) throw notFound()
  return revision
}

/** @throws notFound when there is no such comment. */
export async function spoken({ db }: Running, id: number): Promise<Comment> {
  const found = await lockComment(db, id)
  if (!found) throw notFound()
  return found
}

/** Where it stands, checked: an end without a beginning, before it, or behind the end of the sound is refused. */
export function placeIn(
  { duration_ms }: CommentedRevision,
  { at, until }: { at: number | null; until: number | null }
) {
  if (at === null && until !== null) throw refuse({ at: 'mixes.comments.errors.no_start' })
  if (at !== null && until !== null && until <= at) throw refuse({ until: 'mixes.comments.errors.backwards' })
  for (const [field, ms] of Object.entries({ at, until }))
    if (ms !== null && duration_ms !== null && ms > duration_ms)
      throw refuse({ [field]: 'mixes.comments.errors.behind_end' })
  return { at_ms: at, until_ms: until }
}

async function ownFree(running: Running, id: number): Promise<Comment> {
  const found = await spoken(running, id)
  if (!isOwn(found, { person_id: running.person.id, link_id: null })) throw forbidden('mixes.comments.errors.others')
  if (found.carried_from !== null || (await isTakenUp(running.db, id)))
    throw refuse({ body: 'mixes.comments.errors.taken_up' })
  return found
}

const byPerson = ({ person }: Running) => ({ person_id: person.id, author: person.name })

/** Those who were picked, and those whose name stands in the text after an `@`. */
async function calledIn({ db }: Running, body: string, picked: readonly number[]): Promise<number[]> {
  const people = await mentionable(db)
  if (picked.some(id => !people.some(person => person.id === id))) throw refuse({ mentions: 'fields.choice' })
  const text = body.toLocaleLowerCase('fr')
  const named = people.filter(({ name }) => text.includes(`@${name.toLocaleLowerCase('fr')}`)).map(({ id }) => id)
  return [...new Set([...picked, ...named])]
}
