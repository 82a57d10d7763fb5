import type { Db } from '@patchbay/core'

/**
 * How text is looked for in `clients.search`: folded words, each after a space. Three letters or more are found anywhere
 * in a word, fewer at its beginning: that is what the trigram index can do.
 */

/** What a person typed as folded words; a phone number, however it is spaced, is one word. */
export function searchWords(text: string): string[] {
  const phone = text.replace(/[\s.()/-]/g, '')
  if (/^\+?\d{2,}$/.test(phone)) return [phone.replace(/^(\+|00)/, '')]
  return fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, 8)
}

/** The same folding as the database's `fold`, for the letters that names are written with here. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[œæßøłđð]/g, letter => ligatures[letter] ?? letter)
}

/** A condition on clients: SQL with `?`, and what they stand for. */
export interface Where {
  sql: string
  bindings: unknown[]
}

/** The clients in which every word is found. */
export const everyWord = (words: readonly string[]): Where => everySpelling(words.map(word => [word]))

/** For each word, itself and the words of the studio's clients that it may be a slip of. Statements: 1. */
export async function nearWords(db: Db, words: readonly string[]): Promise<string[][]> {
  const typed = words.filter(word => word.length >= 3).slice(0, 5)
  if (typed.length === 0) return words.map(word => [word])
  const candidates = typed.map(word =>
    db('client_words')
      .select('word', db.raw('?::text as typed', [word]))
      .where(either => {
        void either
          .whereRaw('left(word, 1) = any(?) and similarity(word, ?) > 0.25', [
            Array.from(soundsLike(word[0] ?? '')),
            word
          ])
          .orWhereIn('word', swaps(word))
      })
      .orderByRaw('similarity(word, ?) desc, word', [word])
      .limit(40)
  )
  const found: { word: string; typed: string }[] = await db.unionAll(candidates, true)
  return words.map(word => [
    word,
    ...closest(
      word,
      found.flatMap(row => (row.typed === word ? row.word : []))
    )
  ])
}

/**
 * The clients in which one of the spellings of every word is found. Each stands in a query of its own, so that PostgreSQL
 * plans once for all words.
 */
export function everySpelling(spellings: readonly (readonly string[])[]): Where {
  const either = (alike: readonly string[]) => `(${alike.map(() => 'clients.search like (select ?)').join(' or ')})`
  return { sql: spellings.map(either).join(' and ') || 'true', bindings: spellings.flat().map(pattern) }
}

const pattern = (word: string) => (word.length < 3 ? `% ${word}%` : `%${word}%`)

/** The first letters that are heard as this one, itself too; comparing with all the words of a studio costs too much. */
const soundsLike = (letter: string): string => alike.find(letters => letters.includes(letter)) ?? letter
const alike = ['ckqs', 'fpv', 'gj', 'iy', 'aeoh', 'uw', 'zx', 'bd', 'mn']

/** A word with each two neighbours exchanged: `jhon` → `hjon john jhno`. */
function swaps(word: string): string[] {
  const letters = Array.from(word).slice(0, 20)
  return letters
    .slice(1)
    .map((letter, at) => [...letters.slice(0, at), letter, letters[at], ...letters.slice(at + 2)].join(''))
}

/**
 * The known words that are nearest: within one slip of a short word, two of a longer one. A word may be typed only in part,
 * a whole one is nearer. At most 6.
 */
function closest(typed: string, known: readonly string[]): string[] {
  const most = typed.length < 6 ? 1.5 : 2.5
  const measured = known
    .filter(word => word !== typed)
    .map(word => {
      const whole = Math.abs(word.length - typed.length) > 2 ? Infinity : slips(typed, word)
      const beginnings = [-1, 0, 1].map(more => slips(typed, word.slice(0, typed.length + more)) + 0.5)
      return { word, distance: Math.min(whole, ...beginnings) }
    })
  const nearest = Math.min(most, ...measured.map(({ distance }) => distance))
  return measured.flatMap(({ word, distance }) => (distance === nearest ? word : [])).slice(0, 6)
}

/** Letters wrong, missing, too many, or exchanged with their neighbour (Damerau, restricted). */
function slips(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1)
      row.push(least)
    }
    ;[before, last] = [last, row]
  }
  return last[b.length] ?? 0
}

const ligatures: Record<string, string> = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd' }
