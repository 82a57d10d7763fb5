import type { Source } from './source.ts'
import { isChannels, isRate, pcmCodec, unsound } from './sound.ts'
import type { Layout, Problem, Sound } from './sound.ts'

/** A part of a RIFF or FORM file: its name, and where what is in it lies. */
export interface Chunk {
  id: string
  at: number
  /** As it says; the file may end before. */
  bytes: number
}

const unknown = 0xffffffff
const mostChunks = 5000

/** RIFF, RF64 and BW64: what is said in the head, held against the length of the file. */
export async function readWav(source: Source): Promise<Sound> {
  const chunks = await wavChunks(source)
  const data = chunks.find(({ id }) => id === 'data')
  const fmt = chunks.find(({ id }) => id === 'fmt ')
  if (!fmt || fmt.bytes < 16) return unsound(endsEarly(source, chunks) ? 'cut' : 'lying', 'wav')
  const head = await source.at(fmt.at, Math.min(fmt.bytes, 40))
  if (head.length < 16) return unsound('cut', 'wav')
  const said = readFormat(head)
  if (!said) return unsound('lying', 'wav')
  if (!data) return unsound('cut', 'wav')
  const { tag, width, ...sound } = said
  const there = Math.min(data.bytes, source.bytes - data.at)
  const problem = problemOf(source, chunks, data)
  if (tag !== 1 && tag !== 3)
    return { ...sound, codec: `wav_${tag}`, frames: null, ...problem, ...(there === 0 ? { problem: 'empty' } : {}) }
  const frames = Math.floor(there / (width * sound.channels))
  const kind = tag === 3 ? 'float' : width === 1 ? 'unsigned' : 'signed'
  const layout: Layout = { at: data.at, bytes: frames * width * sound.channels, width, kind, bigEndian: false }
  if (frames === 0) return { ...sound, codec: pcmCodec(layout), frames, problem: problem?.problem ?? 'empty' }
  return { ...sound, codec: pcmCodec(layout), frames, layout, ...problem }
}

/** What a WAV is made of, in its order; the sound's length is as it truly is where the head left it open. */
export async function wavChunks(source: Source): Promise<Chunk[]> {
  const chunks: Chunk[] = []
  let long: number | undefined
  let at = 12
  while (at + 8 <= source.bytes && chunks.length < mostChunks) {
    const head = await source.at(at, 8)
    const chunk = { id: head.toString('latin1', 0, 4), at: at + 8, bytes: head.readUInt32LE(4) }
    if (chunk.id === 'ds64') {
      const sizes = await source.at(chunk.at, 16)
      if (sizes.length === 16) long = Number(sizes.readBigUInt64LE(8))
    }
    if (chunk.id === 'data') {
      const open = chunk.bytes === unknown || (chunk.bytes === 0 && !(await chunkAt(source, chunk.at)))
      if (open) chunk.bytes = long ?? source.bytes - chunk.at
    }
    chunks.push(chunk)
    at = chunk.at + chunk.bytes + (chunk.bytes % 2)
  }
  return chunks
}

/** There is nothing yet, or what there is last is named, and longer than the file. */
function endsEarly(source: Source, chunks: readonly Chunk[]): boolean {
  const last = chunks.at(-1)
  return source.bytes < 44 || (last !== undefined && isName(last.id) && last.at + last.bytes > source.bytes)
}

function readFormat(head: Buffer) {
  const outer = head.readUInt16LE(0)
  const extended = outer === 0xfffe && head.length >= 40
  const tag = extended ? head.readUInt16LE(24) : outer
  const channels = head.readUInt16LE(2)
  const rate = head.readUInt32LE(4)
  const block = head.readUInt16LE(12)
  const bits = head.readUInt16LE(14)
  if (!isChannels(channels) || !isRate(rate)) return undefined
  const width = Math.ceil(bits / 8)
  const plain = tag === 1 || tag === 3
  if (plain && (block !== width * channels || !(tag === 1 ? [1, 2, 3, 4] : [4, 8]).includes(width))) return undefined
  const valid = extended ? head.readUInt16LE(18) : bits
  const depth = plain ? (valid > 0 && valid <= bits ? valid : bits) : null
  return { format: 'wav' as const, rate, depth, channels, mask: extended ? head.readUInt32LE(20) : null, tag, width }
}

/** The sound is longer than the file, or so much shorter that what follows is no part of a WAV. */
function problemOf(source: Source, chunks: readonly Chunk[], data: Chunk): { problem: Problem } | undefined {
  if (data.at + data.bytes > source.bytes) return { problem: 'cut' }
  const after = chunks.slice(chunks.indexOf(data) + 1)
  const strange = after.some(({ id, at, bytes }) => !isName(id) || (at + bytes > source.bytes + 1 && bytes > 65_536))
  return strange && source.bytes - data.at - data.bytes > 65_536 ? { problem: 'lying' } : undefined
}

async function chunkAt(source: Source, at: number): Promise<boolean> {
  if (at >= source.bytes) return true
  const head = await source.at(at, 8)
  return head.length === 8 && isName(head.toString('latin1', 0, 4)) && at + 8 + head.readUInt32LE(4) <= source.bytes + 1
}

const isName = (id: string) => /^[A-Za-z0-9_\- ©]{4}$/.test(id)
