import type { Source } from './source.ts'
import { isChannels, isRate, pcmCodec, unsound } from './sound.ts'
import type { Layout, Problem, Sound } from './sound.ts'
import type { Chunk } from './wav.ts'

/** AIFF, and of AIFF-C what is not compressed. */
export async function readAiff(source: Source): Promise<Sound> {
  const chunks = await aiffChunks(source)
  const comm = chunks.find(({ id }) => id === 'COMM')
  const ssnd = chunks.find(({ id }) => id === 'SSND')
  const head = comm ? await source.at(comm.at, Math.min(comm.bytes, 22)) : undefined
  if (!head || head.length < 18) return unsound('cut', 'aiff')
  const [channels, promised, bits] = [head.readUInt16BE(0), head.readUInt32BE(2), head.readUInt16BE(6)]
  const rate = extended(head.subarray(8, 18))
  if (!isChannels(channels) || !isRate(rate) || bits === 0 || bits > 64) return unsound('lying', 'aiff')
  const compression = head.length >= 22 ? head.toString('latin1', 18, 22) : 'NONE'
  const stored = numbers(compression, bits)
  const sound = { format: 'aiff' as const, rate, depth: stored ? bits : null, channels }
  if (!stored) return { ...sound, codec: `aiff_${compression.trim()}`, frames: promised }
  if (!ssnd) return { ...sound, codec: pcmCodec(stored), frames: 0, problem: promised === 0 ? 'empty' : 'cut' }
  const skip = await source.at(ssnd.at, 4)
  const at = ssnd.at + 8 + (skip.length === 4 ? skip.readUInt32BE(0) : 0)
  const size = stored.width * channels
  const there = Math.max(0, Math.floor((Math.min(ssnd.at + ssnd.bytes, source.bytes) - at) / size))
  const frames = Math.min(promised, there)
  const layout: Layout = { ...stored, at, bytes: frames * size }
  const problem: Problem | undefined =
    ssnd.at + ssnd.bytes > source.bytes ? 'cut' : promised > there ? 'lying' : frames === 0 ? 'empty' : undefined
  return {
    ...sound,
    codec: pcmCodec(stored),
    frames,
    ...(frames > 0 ? { layout } : {}),
    ...(problem ? { problem } : {})
  }
}

async function aiffChunks(source: Source): Promise<Chunk[]> {
  const chunks: Chunk[] = []
  let at = 12
  while (at + 8 <= source.bytes && chunks.length < 5000) {
    const head = await source.at(at, 8)
    const chunk = { id: head.toString('latin1', 0, 4), at: at + 8, bytes: head.readUInt32BE(4) }
    chunks.push(chunk)
    at = chunk.at + chunk.bytes + (chunk.bytes % 2)
  }
  return chunks
}

function numbers(compression: string, bits: number): Pick<Layout, 'kind' | 'width' | 'bigEndian'> | undefined {
  const width = Math.ceil(bits / 8)
  if (compression === 'raw ' && width === 1) return { kind: 'unsigned', width, bigEndian: true }
  if (['fl32', 'FL32'].includes(compression)) return { kind: 'float', width: 4, bigEndian: true }
  if (['fl64', 'FL64'].includes(compression)) return { kind: 'float', width: 8, bigEndian: true }
  if (width > 4) return undefined
  if (compression === 'sowt') return { kind: 'signed', width, bigEndian: false }
  return ['NONE', 'twos', 'in24', 'in32'].includes(compression) ? { kind: 'signed', width, bigEndian: true } : undefined
}

/** A number of 80 bits, as Apple wrote rates. */
function extended(ten: Buffer): number {
  const exponent = (ten.readUInt16BE(0) & 0x7fff) - 16383 - 63
  return Math.round(Number(ten.readBigUInt64BE(2)) * 2 ** exponent)
}
