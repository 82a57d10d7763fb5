import type { Db } from '@patchbay/core'
import type { Knex } from 'knex'

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

/** Keeps the clients in which every word is found. */
export function everyWord(query: Knex.QueryBuilder, words: readonly string[]): void {
  for (const word of words) void query.where('clients.search', 'like', pattern(word))
}

/**
 * Clients that nearly match, nearest first, for when none does: a letter missing, wrong or too many, or two letters
 * swapped. At most `most` ids.
 */
export function nearly(db: Db, words: readonly string[], most: number): Knex.QueryBuilder {
  const longest = words.toSorted((a, b) => b.length - a.length).slice(0, 3)
  const [first = '', second = first, third = second] = longest
  const slipped = db('clients').select('id', db.raw('1.5::real as nearness')).whereNull('merged_into').limit(most)
  for (const word of words) {
    void slipped.where(either => {
      for (const like of slips(word)) void either.orWhere('search', 'like', like)
    })
  }
  const either = db.raw('select * from clients_nearly(?, ?, ?, ?)', [first, second, third, most])
  return db
    .select('id', db.raw('max(nearness) as nearness'))
    .from(db.unionAll([db.select('*').from(db.raw('(?) as near', [either])), slipped], true).as('candidates'))
    .groupBy('id')
    .orderBy([{ column: 'nearness', order: 'desc' }, 'id'])
    .limit(most)
}

const pattern = (word: string) => (word.length < 3 ? `% ${word}%` : `%${word}%`)

/**
 * Patterns of a word with one slip: two neighbours exchanged (`jhon`), and in words of 4 to 6 letters, which have too few
 * trigrams to be compared by, one letter wrong, missing or too many after the first.
 */
function slips(word: string): string[] {
  const letters = Array.from(word).slice(0, 12)
  const cut = (from: number, to = letters.length) => letters.slice(from, to).join('')
  const places = letters.map((_, at) => at).slice(1)
  const swapped = places.map(at => `%${cut(0, at - 1)}${letters[at]}${letters[at - 1]}${cut(at + 1)}%`)
  const short = letters.length >= 4 && letters.length <= 6
  const near = places.flatMap(at => [
    `% ${cut(0, at)}_${cut(at + 1)}%`,
    `% ${cut(0, at)}_${cut(at)}%`,
    `% ${cut(0, at)}${cut(at + 1)}%`
  ])
  return [...new Set([pattern(word), ...swapped, ...(short ? near : [])])]
}

const ligatures: Record<string, string> = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd' }
