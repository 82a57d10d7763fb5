import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

export const locales = ['fr', 'en'] as const
export type Locale = (typeof locales)[number]

/** Gaps of a sentence: `{name}` in the text is replaced by `values.name`, a number
 * as the language writes it; `n` also chooses between `_one` and `_other`. */
export type Values = Record<string, string | number>

/** Says a key in one language. An unknown key comes back as it is, so that a missing sentence is seen, not a crash. */
export type Translate = (key: string, values?: Values) => string

/**
 * All sentences of core and the plugins. A file `locales/fr.json` in `dir` is a tree of texts; its keys begin with
 * `prefix` (a plugin's id) and are joined by dots: `clients.list.empty`. Core's own have no prefix. A large plugin may
 * give a part of its texts a file of its own: `locales/fr/series.json` is the branch `series` of `locales/fr.json`.
 */
export class Texts {
  readonly #texts: Record<Locale, Map<string, string>> = { fr: new Map(), en: new Map() }
  readonly #translators = new Map<Locale, Translate>()

  /** Reads `dir/fr.json` and `dir/en.json` and the files of `dir/fr/` and `dir/en/`, when they exist. */
  add(dir: string, prefix = ''): void {
    for (const locale of locales) {
      const file = join(dir, `${locale}.json`)
      const into = this.#texts[locale]
      if (existsSync(file)) flatten(readTree(file), prefix, into)
      const parts = existsSync(join(dir, locale)) ? readdirSync(join(dir, locale)).toSorted() : []
      for (const part of parts) {
        const branch = basename(part, '.json')
        flatten(readTree(join(dir, locale, part)), prefix ? `${prefix}.${branch}` : branch, into)
      }
    }
  }

  has(locale: Locale, key: string): boolean {
    const texts = this.#texts[locale]
    return texts.has(key) || (texts.has(`${key}_one`) && texts.has(`${key}_other`))
  }

  keys(locale: Locale): string[] {
    return [...this.#texts[locale].keys()]
  }

  translator(locale: Locale): Translate {
    const known = this.#translators.get(locale)
    if (known) return known
    const texts = this.#texts[locale]
    const plural = new Intl.PluralRules(locale)
    const numbers = new Intl.NumberFormat(locale)
    /** Texts with gaps, at each: what stands between, and by turns the name of what goes in. */
    const split = new Map<string, string[]>()
    const translate: Translate = (key, values) => {
      let text = texts.get(key)
      if (text === undefined && typeof values?.['n'] === 'number') {
        text = texts.get(`${key}_${plural.select(values['n']) === 'one' ? 'one' : 'other'}`)
      }
      if (text === undefined) return key
      if (values === undefined || !text.includes('{')) return text
      let parts = split.get(text)
      if (!parts) split.set(text, (parts = text.split(/\{(\w+)\}/)))
      let said = parts[0] ?? ''
      for (let at = 1; at < parts.length; at += 2) {
        const name = parts[at] ?? ''
        const value = values[name] ?? `{${name}}`
        said += typeof value === 'number' ? numbers.format(value) : value
        said += parts[at + 1] ?? ''
      }
      return said
    }
    this.#translators.set(locale, translate)
    return translate
  }
}

type Tree = { [key: string]: string | Tree }

const readTree = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Tree

function flatten(tree: Tree, prefix: string, into: Map<string, string>): void {
  for (const [key, value] of Object.entries(tree)) {
    const path = prefix ? `${prefix}.${key}` : key
    if (typeof value === 'string') into.set(path, value)
    else flatten(value, path, into)
  }
}

/** The first language of an Accept-Language header that we speak; French when none. */
export function acceptedLocale(header: string | undefined): Locale {
  for (const part of (header ?? '').split(',')) {
    const tag = part.trim().slice(0, 2).toLowerCase()
    if (tag === 'fr' || tag === 'en') return tag
  }
  return 'fr'
}
