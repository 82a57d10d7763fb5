import type { Locale } from '@patchbay/core/i18n'

/** ISO 639-1. */
export const languageCodes: readonly string[] = (
  'aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et ' +
  'eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk ' +
  'kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny ' +
  'oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk ' +
  'tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu'
).split(' ')

/** What a language is called in another: `languageName('fr', 'en')` is French. */
export const languageName = (code: string, locale: Locale): string => namesOf(locale).get(code) ?? code

/** All of them by name, for a list to pick from. */
export const languageNames = (locale: Locale): string[] =>
  [...namesOf(locale).values()].toSorted((a, b) => a.localeCompare(b, locale))

/** The code of a language from its code or its name in French or English; undefined for what is none. */
export function languageOf(text: string): string | undefined {
  const wanted = folded(text)
  if (languageCodes.includes(wanted)) return wanted
  return languageCodes.find(code => locales.some(locale => folded(languageName(code, locale)) === wanted))
}

const locales: readonly Locale[] = ['fr', 'en']

/** Made once, for Intl is slow to begin. */
const made = new Map<Locale, Map<string, string>>()

function namesOf(locale: Locale): Map<string, string> {
  let names = made.get(locale)
  if (!names) {
    const words = new Intl.DisplayNames(locale, { type: 'language' })
    made.set(locale, (names = new Map(languageCodes.map(code => [code, words.of(code) ?? code]))))
  }
  return names
}

const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .trim()
    .toLowerCase()
