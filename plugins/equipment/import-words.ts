import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { exported } from './export.ts'

/*
 * Words of other people's files. Ours are read in both languages, whatever the reader's: a file that was written in French
 * is read back in English.
 */

interface Texts {
  fields: Record<string, string>
  categories: Record<string, string>
  states: Record<string, string>
}

const languages = ['fr', 'en'].map(
  locale => JSON.parse(readFileSync(join(import.meta.dirname, `locales/${locale}.json`), 'utf8')) as Texts
)

/** Other names that columns have. */
const others: Partial<Record<(typeof exported)[number], string[]>> = {
  category: ['type', 'famille'],
  brand: ['marque', 'fabricant', 'make', 'manufacturer'],
  model: ['modele', 'designation', 'nom', 'name', 'article'],
  serial: ['serie', 'n serie', 'no serie', 'numero', 's n', 'sn', 'serial'],
  quantity: ['qte', 'nombre', 'qty'],
  room_id: ['piece', 'lieu', 'emplacement', 'room', 'location'],
  purchased_on: ['achat', 'date'],
  purchase_cents: ['prix', 'cout', 'price', 'cost'],
  value_cents: ['valeur', 'value'],
  warranty_until: ['garantie', 'warranty'],
  notes: ['note', 'remarques', 'commentaire', 'comment', 'remarks']
}

/** What a head of a column may be called. */
export const namesOfColumn = (column: (typeof exported)[number]): string[] => [
  wordOf(column),
  ...languages.map(({ fields }) => wordOf(fields[column] ?? column)),
  ...(others[column] ?? [])
]

/** The category or state that a cell means; the cell itself when it means none. */
export function meant(what: 'categories' | 'states', cell: string): string {
  const word = wordOf(cell)
  for (const texts of languages) {
    const found = Object.entries(texts[what]).find(([key, text]) => wordOf(text) === word || key === word)
    if (found) return found[0]
  }
  return cell
}

/** A text as it is compared: no case, no accents, one space between words. */
export const wordOf = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
