import type { CommentsQuery } from './forms.ts'
import { momentText, spanText } from './moments.ts'
import type { ShownComment } from './queries.ts'

/** Who reads: somebody of the studio, or a guest by their link. */
export interface Reader {
  person_id: number | null
  link_id: number | null
}

export interface Answered extends ShownComment {
  /** Whoever reads said it. */
  own: boolean
  /** Its words may still be changed or taken back by whom they are of. */
  open_to_change: boolean
}

export interface Thread extends Answered {
  answers: Answered[]
  /** Where it stands, as it is written; undefined when it is of the whole. */
  place: string | undefined
  /** The same as a form takes it. */
  starts: string
  ends: string
}

/** Comments with their answers, those that the query asks for, in its order. */
export function threadsOf(comments: readonly ShownComment[], reader: Reader, query: CommentsQuery): Thread[] {
  const answered = comments.map(comment => ({ ...comment, own: isOwn(comment, reader), open_to_change: true }))
  const roots = answered.filter(({ parent_id }) => parent_id === null)
  const threads = roots.map(root => {
    const answers = answered.filter(({ parent_id }) => parent_id === root.id)
    const { at_ms, until_ms, carried_on, carried_from } = root
    return {
      ...root,
      answers,
      place: spanText(root),
      starts: at_ms === null ? '' : momentText(at_ms),
      ends: until_ms === null ? '' : momentText(until_ms),
      open_to_change: answers.length === 0 && !carried_on && carried_from === null
    }
  })
  return threads.filter(thread => isAskedFor(thread, query)).toSorted(query.sort === 'latest' ? latestFirst : byPlace)
}

/** Of a guest: whatever was said by the same link. */
export const isOwn = (
  { person_id, link_id }: { person_id: number | null; link_id: number | null },
  reader: Reader
): boolean =>
  reader.person_id === null
    ? person_id === null && link_id !== null && link_id === reader.link_id
    : person_id === reader.person_id

/** Names of those who said something, in order. */
export const authorsOf = (comments: readonly ShownComment[]): string[] =>
  [...new Set(comments.map(({ author }) => author))].toSorted((a, b) => a.localeCompare(b))

function isAskedFor(thread: Thread, { show, by }: CommentsQuery): boolean {
  if (by && ![thread, ...thread.answers].some(({ author }) => author === by)) return false
  if (show === 'mine') return [thread, ...thread.answers].some(({ own }) => own)
  return !show || (show === 'resolved') === (thread.resolved_at !== null)
}

/** What is said of the whole stands first. */
const byPlace = (a: Thread, b: Thread) => (a.at_ms ?? -1) - (b.at_ms ?? -1) || a.id - b.id
const latestFirst = (a: Thread, b: Thread) => +b.at - +a.at || b.id - a.id
