import type { FileKind, Version } from '../contract.ts'
import { ascii, fold, parseName, withoutEnding } from './names.ts'

/*
 * What the name of a file says, as people in studios write them: `02 - Nuit blanche - mix v3.wav`,
 * `Nuit blanche (instrumental) MASTER 24-96.wav`, `Nuit blanche/stems/Basse.wav`; in French and English.
 */

export interface ReadName {
  /** The title as it is written, without what was understood; empty when nothing is left. */
  title: string
  /** The number it begins with, which is mostly the place on the record. */
  place: number | null
  version: Version | null
  kind: FileKind | null
  revision: number | null
  /** Names of the folders it came in, the nearest first, without those that only say what is in them. */
  folders: string[]
  /** It is a name as the P&E Wing recommends. */
  exact: boolean
}

type Meaning = { version: Version } | { kind: FileKind }

/** The longest stand first: `mix final` is not a mix that is called final. Folded, with single spaces. */
const meanings: readonly (readonly [RegExp, Meaning])[] = [
  [/\b(a ?cap+el+a|acap|voix seules?|vocals? only|vox only)\b/, { kind: 'a_cappella' }],
  [/\b(instrumentale?|instru|inst|play ?back|pbo)\b/, { kind: 'instrumental' }],
  [/\b(stems?|pistes? separees?)\b/, { kind: 'stem' }],
  [/\b(alternati(ve|f)|alternate|alt|tv (mix|track)|vocal up|voix plus forte?s?)\b/, { kind: 'alternative' }],
  [/\b(pre master|premaster)\b/, { version: 'final' }],
  [/\b(master(ed|ing|ise)?s?|mst)\b/, { version: 'master' }],
  [/\b(demos?|maquettes?|prise temoin)\b/, { version: 'demo' }],
  [/\b(rough( mix)?|pre ?mix|mise a plat|brouillon|ruff( mix)?|board mix|moniteur)\b/, { version: 'rough' }],
  [/\b(final( mix)?|mix(es|age|down|ed)?( final)?|mixe)\b/, { version: 'final' }]
]

/** Says nothing of where it belongs. */
const noise: readonly RegExp[] = [
  /\b\d{2,3}k\d{2}\b/,
  /\b(16|24|32) ?(-|\/| )? ?(44|48|88|96|176|192)( ?1| ?2| ?4)?k?\b/,
  /\b(44|48|88|96|176|192)([ .][124])? ?(-|\/| )? ?(16|24|32)\b/,
  /\b(44|48|88|96|176|192)([ .][124])? ?k( ?hz)?\b/,
  /\b(16|24|32) ?bits?( float)?\b/,
  /\b(19|20)\d{2}[ -]?(0[1-9]|1[0-2])[ -]?([0-2]\d|3[01])\b/,
  /\b([0-2]\d|3[01])[ -](0[1-9]|1[0-2])[ -](19|20)?\d{2}\b/,
  /\b(bounce|print|export|wip|def|ok|bis|copie|copy|stereo|lr|wav|hd|hires|float)\b/
]

const versionWord = 'rough mix|rough|pre ?mix|demo|maquette|final mix|mix|master'
const revisions = new RegExp(String.raw`\b(?:v|ver|version|rev|revision|r|take|prise|(${versionWord})) ?0*(\d{1,3})\b`)

/** Reads the name of a file, with or without the folders before it. */
export function readName(path: string): ReadName {
  const parts = path.split(/[/\\]/).filter(Boolean)
  const base = withoutEnding(parts.at(-1) ?? '')
  const dirs = parts.slice(0, -1).toReversed()
  const exact = parseName(base)
  if (exact) {
    const title = exact.title.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    const { version, kind, revision } = exact
    return { title, place: null, version, kind, revision, folders: dirs, exact: true }
  }
  const words = spaced(base)
  const { rest, found } = understand(words)
  const around = dirs.map(dir => understand(spaced(dir)))
  const kinds = [found, ...around.map(one => one.found)]
  const kind = kinds.map(one => one.kind).find(Boolean) ?? null
  const place = /^0*(\d{1,2})\b(?! ?(?:bpm|hz))/.exec(rest)
  const title = place ? rest.slice(place[0].length) : rest
  return {
    title: asWritten(base, title),
    place: place ? Number(place[1]) : null,
    version: kind ? null : (kinds.map(one => one.version).find(Boolean) ?? null),
    kind,
    revision: found.revision,
    folders: dirs.filter((_, index) => fold(around[index]?.rest ?? '').length > 1),
    exact: false
  }
}

interface Found {
  version: Version | null
  kind: FileKind | null
  revision: number | null
}

/** Takes out what has a meaning; the rest is the title. */
function understand(words: string): { rest: string; found: Found } {
  const found: Found = { version: null, kind: null, revision: null }
  let rest = words
  for (const pattern of noise) rest = rest.replace(new RegExp(pattern, 'g'), ' ')
  const number = revisions.exec(rest)
  if (number) {
    found.revision = Number(number[2])
    // `mix 3` is a mix; `v3` is nothing else
    rest = rest.replace(number[0], ` ${number[1] ?? ''} `)
  }
  for (const [pattern, meaning] of meanings) {
    if (!pattern.test(rest)) continue
    rest = rest.replace(new RegExp(pattern, 'g'), ' ')
    if ('kind' in meaning) found.kind ??= meaning.kind
    else found.version ??= meaning.version
  }
  return { rest: rest.replace(/[\s-]+/g, ' ').trim(), found }
}

/** Lower case, without accents, words with single spaces; words that are only put together by capitals stand apart. */
const spaced = (text: string): string =>
  ascii(text)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/['’]/g, ' ')
    .replace(/[^\p{L}\p{N}-]+/gu, ' ')
    .replace(/(?<=\d)-(?=\d)/g, ' ')
    .replace(/-/g, ' ')
    .trim()

/** The words of the title as they stand in the name, with their accents and capitals. */
function asWritten(base: string, title: string): string {
  const wanted = fold(title)
  if (wanted === '') return ''
  const plainBase = base.replace(/_+/g, ' ').replace(/\s+/g, ' ')
  // each letter's place, so that the title's letters in one go are found where they stand
  const signs = Array.from(plainBase)
  const places = signs.map(sign => fold(sign))
  const at = places.join('').indexOf(wanted)
  if (at >= 0) return pieceOf(signs, places, at, at + wanted.length)
  return title.charAt(0).toUpperCase() + title.slice(1)
}

/** The signs whose folded letters are the ones from `from` to `to`. */
function pieceOf(signs: readonly string[], places: readonly string[], from: number, to: number): string {
  let come = 0
  const inside = signs.filter((_, index) => {
    const length = places[index]?.length ?? 0
    const start = come
    come += length
    return length > 0 ? start >= from && come <= to : start > from && start < to
  })
  return inside.join('')
}
