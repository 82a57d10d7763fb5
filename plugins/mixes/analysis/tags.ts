import { Source } from './reading/source.ts'
import { wavChunks } from './reading/wav.ts'
import type { Chunk } from './reading/wav.ts'

/*
 * What others wrote into a file about it: texts, whatever they claim. They are cut to a length and kept as texts; nothing
 * of them is ever taken for an address, a number of ours, or HTML.
 */

/** `{ title, artist, album, date, … }`; of an iXML also `tracks`, the names of the channels. */
export type Tags = Record<string, string | string[]>

/** Broadcast Wave: who recorded it, and when in the day it begins. */
export interface Bext {
  description: string
  originator: string
  reference: string
  date: string
  time: string
  /** Samples since midnight. */
  time_reference: number
  version: number
  coding_history: string
}

const longest = 500
const mostTracks = 64

/** Everything written in a file about it. What cannot be read is as if it were not there: tags decide nothing. */
export async function readTags(path: string, format: string): Promise<{ tags: Tags; bext: Bext | null }> {
  if (format !== 'wav') return { tags: await commonTags(path), bext: null }
  const source = await Source.open(path)
  try {
    const chunks = await wavChunks(source)
    const named = (id: string) => chunks.find(chunk => chunk.id === id)
    const [bext, list, ixml] = [named('bext'), named('LIST'), named('iXML')]
    return {
      tags: {
        ...(named('id3 ') || named('ID3 ') ? await commonTags(path) : {}),
        ...(list ? ofList(await contentOf(source, list)) : {}),
        ...(ixml ? await ofIxml(await contentOf(source, ixml)) : {})
      },
      bext: bext ? ofBext(await contentOf(source, bext)) : null
    }
  } finally {
    await source.close()
  }
}

const contentOf = (source: Source, { at, bytes }: Chunk) => source.at(at, Math.min(bytes, 262_144))

/** ID3, Vorbis comments and what else has a common meaning. */
async function commonTags(path: string): Promise<Tags> {
  const { parseFile } = await import('music-metadata')
  const read = await parseFile(path, { duration: false, skipCovers: true, skipPostHeaders: true }).catch(
    () => undefined
  )
  if (!read) return {}
  const { title, artist, album, date, year, track, genre, composer, copyright, isrc, bpm, label, encodedby, comment } =
    read.common
  return texts({
    title,
    artist,
    album,
    date: date ?? year,
    track: track.no,
    genre: genre?.join(', '),
    composer: composer?.join(', '),
    copyright,
    isrc: isrc?.[0],
    bpm,
    label: label?.[0],
    software: encodedby,
    comment: comment?.[0]?.text
  })
}

const listNames: Record<string, string> = {
  INAM: 'title',
  IART: 'artist',
  IPRD: 'album',
  ICRD: 'date',
  IGNR: 'genre',
  ICMT: 'comment',
  ICOP: 'copyright',
  ISFT: 'software',
  ITRK: 'track',
  ISRC: 'isrc'
}

function ofList(bytes: Buffer): Tags {
  const found: Record<string, string> = {}
  for (let at = bytes.toString('latin1', 0, 4) === 'INFO' ? 4 : bytes.length; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32LE(at + 4)
    const name = listNames[bytes.toString('latin1', at, at + 4)]
    if (name) found[name] = decoded(bytes.subarray(at + 8, at + 8 + size))
    at += 8 + size + (size % 2)
  }
  return texts(found)
}

function ofBext(bytes: Buffer): Bext | null {
  if (bytes.length < 348) return null
  const text = (from: number, to: number) => cut(decoded(bytes.subarray(from, to)))
  return {
    description: text(0, 256),
    originator: text(256, 288),
    reference: text(288, 320),
    date: text(320, 330),
    time: text(330, 338),
    time_reference: bytes.readUInt32LE(338) + bytes.readUInt32LE(342) * 2 ** 32,
    version: bytes.readUInt16LE(346),
    coding_history: text(602, bytes.length)
  }
}

/** The names in an iXML: of the project, the scene, the take, the tape, and of each channel. */
async function ofIxml(bytes: Buffer): Promise<Tags> {
  const xml = bytes.toString('utf8').replace(/\0+$/, '')
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) return {}
  const { XMLParser, XMLValidator } = await import('fast-xml-parser')
  if (XMLValidator.validate(xml) !== true) return {}
  const parser = new XMLParser({ parseTagValue: false, processEntities: true, isArray: name => name === 'TRACK' })
  const { BWFXML } = parser.parse(xml) as { BWFXML?: Record<string, unknown> }
  if (typeof BWFXML !== 'object') return {}
  const list = BWFXML['TRACK_LIST'] as { TRACK?: { NAME?: unknown }[] } | undefined
  const tracks = (Array.isArray(list?.TRACK) ? list.TRACK : [])
    .map(({ NAME }) => (typeof NAME === 'string' ? cut(NAME) : ''))
    .filter(name => name !== '')
    .slice(0, mostTracks)
  const { PROJECT: project, SCENE: scene, TAKE: take, TAPE: tape } = BWFXML
  return { ...texts({ project, scene, take, tape }), ...(tracks.length > 0 ? { tracks } : {}) }
}

const texts = (found: Record<string, unknown>): Tags =>
  Object.fromEntries(
    Object.entries(found)
      .filter((entry): entry is [string, string | number] => ['string', 'number'].includes(typeof entry[1]))
      .map(([name, value]): [string, string] => [name, cut(String(value))])
      .filter(([, value]) => value !== '')
  )

/** UTF-8 where it is, else Latin 1; as far as the first NUL. */
function decoded(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  const text = end < 0 ? bytes : bytes.subarray(0, end)
  const utf8 = text.toString('utf8')
  return utf8.includes('\uFFFD') ? text.toString('latin1') : utf8
}

/** One line of at most 500 signs, none of which steers anything. */
const cut = (text: string) =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed()
