import { buildName } from '../mixes/contract.ts'
import type { AudioFormat } from '../mixes/contract.ts'
import type { Deliverable } from './file-queries.ts'

/** A file under its name in a package. */
export interface Named {
  audio_id: number
  name: string
  folder: string
}

const endings: Record<AudioFormat, string> = {
  wav: 'wav',
  aiff: 'aif',
  flac: 'flac',
  mp3: 'mp3',
  aac: 'm4a',
  ogg: 'ogg',
  opus: 'opus'
}

/** Names that the package itself uses at its top. */
export const ownNames = new Set(['manifest.json', 'manifest.txt', 'sha256sums.txt'])

/**
 * The names files get by themselves: as the P&E Wing recommends them, in a folder for each kind when there are several
 * kinds, no two the same.
 */
export function namesFor(
  files: readonly Deliverable[],
  { title, artist, studio }: { title: string; artist: string | null; studio: string }
): Named[] {
  const folders = new Set(files.map(folderOf))
  const taken = new Set<string>()
  return files.map(file => {
    const folder = folders.size > 1 ? folderOf(file) : ''
    const stem = buildName({
      artist,
      title: file.track_title ?? title,
      mixer: file.mixer ?? studio,
      revision: file.number,
      version: file.version,
      kind: file.kind,
      label: file.label,
      rate: file.sample_rate,
      depth: file.bit_depth
    })
    const name = free(taken, folder, stem, endings[file.format])
    return { audio_id: file.audio_id, name, folder }
  })
}

/** What is wrong with a name as it was typed, as a key; undefined when it can be given to a file on any system. */
export function faultOf(name: string, folder: string): string | undefined {
  if (/[\p{Cc}\p{Cf}<>:"/\\|?*]/u.test(name) || /^[. ]|[. ]$/.test(name)) return 'deliveries.errors.name_signs'
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)) return 'deliveries.errors.name_signs'
  if (folder === '' && ownNames.has(name.toLowerCase())) return 'deliveries.errors.name_taken'
  return undefined
}

/** A name with the ending its format has, whatever was typed. */
export function withEnding(name: string, format: AudioFormat): string {
  const ending = endings[format]
  const known = format === 'aiff' ? /\.aiff?$/i : new RegExp(`\\.${ending}$`, 'i')
  return known.test(name) ? name : `${name}.${ending}`
}

const folderOf = ({ version, kind }: Pick<Deliverable, 'version' | 'kind'>): string => {
  if (version) return { demo: 'Demos', rough: 'Rough mixes', final: 'Final mixes', master: 'Masters' }[version]
  const kinds = { instrumental: 'Instrumentals', a_cappella: 'A cappella', stem: 'Stems', alternative: 'Alternatives' }
  return kind && kind !== 'other' ? kinds[kind] : 'Others'
}

function free(taken: Set<string>, folder: string, stem: string, ending: string): string {
  for (let count = 1; ; count++) {
    const name = `${stem}${count === 1 ? '' : `_${count}`}.${ending}`
    const path = `${folder}/${name}`.toLowerCase()
    if (taken.has(path) || (folder === '' && ownNames.has(name.toLowerCase()))) continue
    taken.add(path)
    return name
  }
}
