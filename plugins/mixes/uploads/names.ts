import type { FileKind, Version } from '../contract.ts'

/*
 * Names of files as the Producers & Engineers Wing recommends them: `AI_SongTitle_MI01_Master_96k24`, the artist's initials,
 * the title without spaces or accents, the mixer's initials with the number of the revision, the version, rate and depth.
 */

/** What a delivery's name says. */
export interface NameParts {
  /** Initials of the artist: `AI`. */
  artist: string
  /** `SongTitle` */
  title: string
  /** Initials of whoever mixed; null when the name does not say. */
  mixer: string | null
  revision: number | null
  version: Version | null
  kind: FileKind | null
  /** Hz, of the whole kilohertz the name says: 44100 for `44k`. */
  rate: number | null
  depth: number | null
}

/** What a name is built of, as it is known: names of people, a title as it is written. */
export interface Named {
  artist: string | null
  title: string
  mixer: string | null
  revision: number
  version: Version | null
  kind?: FileKind | null
  /** Which stem, which alternative. */
  label?: string | null
  rate: number | null
  depth: number | null
}

/** Words of versions and kinds in a name, the first of each the one that is written. */
const versionWords: Record<Version, readonly string[]> = {
  demo: ['Demo', 'Maquette'],
  rough: ['RoughMix', 'Rough', 'Premix'],
  final: ['FinalMix', 'Mix', 'Final', 'MixFinal'],
  master: ['Master', 'Mastered']
}
const kindWords: Record<FileKind, readonly string[]> = {
  instrumental: ['Instrumental', 'Instru', 'Inst'],
  a_cappella: ['ACappella', 'Acapella', 'Vocals'],
  stem: ['Stem', 'Stems'],
  alternative: ['Alternative', 'Alt'],
  other: ['Other']
}

/** The name, without ending, 120 signs at most; what is not known is left out. */
export function buildName(named: Named): string {
  const { version, kind = null, label = null, rate, depth } = named
  const mixer = named.mixer ? initials(named.mixer) : 'MX'
  const what = kind ? `${kindWords[kind][0]}${label ? plain(label) : ''}` : version ? versionWords[version][0] : ''
  const parts = [
    named.artist ? initials(named.artist) : '',
    plain(named.title).slice(0, 60) || 'Untitled',
    `${mixer}${String(named.revision).padStart(2, '0')}`,
    what?.slice(0, 40),
    rateWord(rate, depth)
  ]
  return parts.filter(Boolean).join('_')
}

/** Reads such a name, with or without ending; undefined for a name of another kind. */
export function parseName(name: string): NameParts | undefined {
  const found =
    /^(?<artist>[A-Z0-9]{1,6})_(?<title>[^_]+)_(?<mixer>[A-Za-z]{1,4})(?<revision>\d{1,3})_(?<what>[A-Za-z]+)(?:_(?<rate>\d{2,3})k(?<depth>\d{2})?)?$/.exec(
      withoutEnding(name)
    )?.groups
  const { artist = '', title = '', mixer = '', revision = '', what = '', rate, depth } = found ?? {}
  const version = wordIn(versionWords, what)
  const kind = version ? null : kindIn(what)
  if (!found || (!version && !kind)) return undefined
  return {
    artist,
    title,
    mixer: mixer.toUpperCase(),
    revision: Number(revision),
    version,
    kind,
    rate: rate ? hertz(Number(rate)) : null,
    depth: depth ? Number(depth) : null
  }
}

/** What is wrong with a name, held against what the file is: keys of `mixes.uploads.name_faults`; none when all is well. */
export function checkName(name: string, named: Named): string[] {
  const said = parseName(name)
  if (!said) return ['form']
  const meant = parseName(buildName(named))
  const fields = ['artist', 'title', 'mixer', 'revision', 'version', 'kind', 'rate', 'depth'] as const
  const same = (field: (typeof fields)[number]) =>
    field === 'title' ? fold(said.title) === fold(meant?.title ?? '') : said[field] === meant?.[field]
  return meant ? fields.filter(field => !same(field)) : ['form']
}

/** Up to four initials, two letters of a single word: `Les Oiseaux` LO, `Zoé` ZO. */
export function initials(name: string): string {
  const words = ascii(name)
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
  const [first = 'XX'] = words
  const letters = words.length > 1 ? words.map(word => word[0]).join('') : first.slice(0, 2)
  return letters.slice(0, 4).toUpperCase()
}

/** A text as words without spaces, accents or signs, each with a capital: `Nuit d’été` NuitDEte. */
export const plain = (text: string): string =>
  ascii(text)
    .split(/[^A-Za-z0-9]+/)
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** Letters without accents; what has no Latin letter is left out later. */
export const ascii = (text: string): string =>
  text
    .replace(/œ/g, 'oe')
    .replace(/Œ/g, 'Oe')
    .replace(/æ/g, 'ae')
    .replace(/Æ/g, 'Ae')
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/Ø/g, 'O')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')

/** How names are compared: lower case, no accents, no signs. */
export const fold = (text: string): string =>
  ascii(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

/** A name without path and without the ending of a file of sound. */
export const withoutEnding = (name: string): string =>
  (name.split(/[/\\]/).at(-1) ?? '').replace(
    /\.(wave?|bwf|rf64|aiff?|aifc|flac|mp3|m4a|aac|mp4|ogg|oga|opus|txt)$/i,
    ''
  )

/** `96k24`, `44k16`, `48k` for what has no depth. */
const rateWord = (rate: number | null, depth: number | null): string =>
  rate === null ? '' : `${Math.floor(rate / 1000)}k${depth ?? ''}`

/** Names say whole kilohertz. */
const hertz = (kilo: number): number =>
  ({ 11: 11_025, 22: 22_050, 44: 44_100, 88: 88_200, 176: 176_400 })[kilo] ?? kilo * 1000

function wordIn<Key extends string>(words: Record<Key, readonly string[]>, what: string): Key | null {
  const found = Object.entries<readonly string[]>(words).find(([, known]) =>
    known.some(word => word.toLowerCase() === what.toLowerCase())
  )
  return (found?.[0] as Key | undefined) ?? null
}

/** A stem's or an alternative's name goes on with which one it is: `StemBass`. */
function kindIn(what: string): FileKind | null {
  const found = Object.entries(kindWords).find(([, [word = '']]) => what.toLowerCase().startsWith(word.toLowerCase()))
  return wordIn(kindWords, what) ?? (found?.[0] as FileKind | undefined) ?? null
}
