import type { FileKind, Version } from '../contract.ts'
import { fold, withoutEnding } from './names.ts'
import { readName } from './reading-names.ts'

/** A track as a file may belong to it. */
export interface Candidate {
  id: number
  title: string
  version_title: string | null
  position: number
  /** The version its newest revision is of. */
  version: Version | null
}

/** Where a file is to go, as its name says; a person confirms it. */
export interface Proposal {
  name: string
  track_id: number | null
  /** The title of a track that is not there yet. */
  new_track: string | null
  version: Version | null
  kind: FileKind | null
  label: string | null
  /** The name left no doubt. */
  sure: boolean
}

/** So alike must a title and a track's be, of 1, that it is proposed. */
const alike = 0.55

/** Proposes for each name where it goes; `track_id` is the track on whose page they were dropped. */
export function propose(
  names: readonly string[],
  candidates: readonly Candidate[],
  track_id: number | null = null
): Proposal[] {
  const known = candidates.map(track => ({ ...track, folded: foldedTitles(track).map(shapeOf) }))
  return names.map(name => proposeOne(name, known, track_id))
}

/** A folded title, and the pairs of its letters. */
interface Shape {
  text: string
  pairs: Set<string>
}

type Known = Candidate & { folded: Shape[] }

const shapeOf = (text: string): Shape => ({ text, pairs: pairsOf(text) })

function proposeOne(name: string, candidates: readonly Known[], dropped: number | null): Proposal {
  const read = readName(name)
  const folder = read.folders.map(dir => best(dir, null, candidates)).find(Boolean)
  const own = best(read.title, read.place, candidates)
  // of a stem the name is the instrument's, and the folder the title's
  const found = read.kind === 'stem' && folder ? folder : (own ?? folder)
  const here = candidates.find(({ id }) => id === dropped)
  const only = candidates.length === 1 && read.title === '' ? candidates[0] : undefined
  const track = here && found?.score !== 1 ? here : (found?.track ?? only)
  const kind = read.kind
  const version = kind ? null : (read.version ?? (track ? (track.version ?? 'rough') : null))
  const fresh = !track && !kind && read.title !== '' ? read.title.slice(0, 200) : null
  return {
    name,
    track_id: track?.id ?? null,
    new_track: fresh,
    version: version ?? (fresh ? 'rough' : null),
    kind: kind ?? (track || fresh ? null : 'other'),
    label: kind || (!track && !fresh) ? labelOf(name, read.title, track) : null,
    sure: track !== undefined && (found?.score ?? (here ? 1 : 0)) >= 0.8 && (read.version !== null || kind !== null)
  }
}

function best(
  title: string,
  place: number | null,
  candidates: readonly Known[]
): { track: Known; score: number } | undefined {
  const shape = shapeOf(fold(title))
  const folded = shape.text
  let found: { track: Known; score: number } | undefined
  for (const track of candidates) {
    const likeness = folded === '' ? 0 : Math.max(...track.folded.map(known => likenessOf(shape, known)))
    // a number that is the track's place decides between titles that are alike, and where there is none
    const placed = place === track.position
    const score = folded === '' ? (placed ? 0.8 : 0) : likeness === 1 ? 1 : likeness + (placed ? 0.15 : 0)
    if (score >= alike && score > (found?.score ?? 0)) found = { track, score: Math.min(score, 1) }
  }
  return found
}

const foldedTitles = ({ title, version_title }: Candidate): string[] => [
  fold(title),
  ...(version_title ? [fold(title + version_title)] : [])
]

/** How alike two folded titles are, 0 to 1: one within the other, else by their pairs of letters. */
function likenessOf({ text: one, pairs }: Shape, { text: other, pairs: others }: Shape): number {
  if (one === other) return 1
  if (one === '' || other === '') return 0
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  if (short.length >= 4 && long.includes(short)) return 0.6 + 0.35 * (short.length / long.length)
  let both = 0
  for (const pair of pairs) if (others.has(pair)) both++
  return (2 * both) / (pairs.size + others.size || 1)
}

const pairsOf = (text: string): Set<string> =>
  new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)))

/** What a further file is called: what its name says beside the title, else its name. */
function labelOf(name: string, title: string, track: Known | undefined): string {
  const titles = (track?.folded ?? []).map(({ text }) => text)
  const label = title !== '' && !titles.includes(fold(title)) ? title : withoutEnding(name)
  return label.slice(0, 200) || name.slice(0, 200)
}
