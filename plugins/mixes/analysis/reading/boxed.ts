import type { Source } from './source.ts'
import { isChannels, isRate, unsound } from './sound.ts'
import type { Sound } from './sound.ts'

/** Ogg: Vorbis, Opus, or FLAC within. Its length stands in its last page. */
export async function readOgg(source: Source): Promise<Sound> {
  const head = await source.at(0, 512)
  const first = 27 + (head[26] ?? 0)
  const packet = head.subarray(first)
  const name = packet.toString('latin1', 0, 8)
  const last = await lastPage(source)
  const problem = last ? {} : { problem: 'cut' as const }
  if (name === 'OpusHead' && packet.length >= 12) {
    const frames = last === undefined ? null : Math.max(0, last - packet.readUInt16LE(10))
    return { ...told('opus', 'opus', 48_000, packet.readUInt8(9), frames), ...problem }
  }
  if (name.startsWith('\x01vorbis') && packet.length >= 16)
    return { ...told('ogg', 'vorbis', packet.readUInt32LE(12), packet.readUInt8(11), last ?? null), ...problem }
  if (name.startsWith('\x7fFLAC') && packet.length >= 51) {
    const packed = packet.readBigUInt64BE(27)
    const channels = Number((packed >> 41n) & 7n) + 1
    const sound = told('ogg', 'flac', Number(packed >> 44n), channels, last ?? null)
    return { ...sound, depth: Number((packed >> 36n) & 31n) + 1, ...problem }
  }
  return unsound('not_audio')
}

function told(format: 'ogg' | 'opus' | 'aac', codec: string, rate: number, channels: number, frames: number | null) {
  if (!isRate(rate) || !isChannels(channels)) return unsound('lying', format)
  return { format, codec, rate, depth: null, channels, frames, ...(frames === 0 ? { problem: 'empty' as const } : {}) }
}

/** Where the last page says it ends; undefined when that page is not whole. */
async function lastPage(source: Source): Promise<number | undefined> {
  const length = Math.min(source.bytes, 70_000)
  const tail = await source.at(source.bytes - length, length)
  for (let at = tail.lastIndexOf('OggS'); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf('OggS', at - 1)) {
    if (at + 27 > tail.length) return undefined
    const segments = tail.subarray(at + 27, at + 27 + tail.readUInt8(at + 26))
    const size = segments.reduce((sum, bytes) => sum + bytes, 0)
    if (at + 27 + tail.readUInt8(at + 26) + size > tail.length) return undefined
    const granule = Number(tail.readBigInt64LE(at + 6))
    if (granule >= 0) return granule
  }
  return undefined
}

const mostIndex = 32_000_000

/** MP4: AAC or Apple Lossless, and no picture that moves. Its length and rate are in its index. */
export async function readMp4(source: Source): Promise<Sound> {
  let at = 0
  let index: Buffer | undefined
  for (let boxes = 0; boxes < 1000 && at + 8 <= source.bytes; boxes++) {
    const head = await source.at(at, 16)
    const size = head.readUInt32BE(0)
    const bytes = size === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : size || source.bytes - at
    if (bytes < 8) return unsound('lying', 'aac')
    if (at + bytes > source.bytes) return unsound('cut', 'aac')
    if (head.toString('latin1', 4, 8) === 'moov') index = await source.at(at, Math.min(bytes, mostIndex))
    at += bytes
  }
  if (!index) return unsound('cut', 'aac')
  return ofIndex(index)
}

function ofIndex(index: Buffer): Sound {
  if (!index.includes('soun') || index.includes('vide')) return unsound('not_audio')
  const codec = ['mp4a', 'alac'].find(name => index.includes(name))
  const entry = codec ? index.indexOf(codec) : -1
  const mdhd = index.indexOf('mdhd')
  if (!codec || mdhd < 0 || mdhd + 36 > index.length || entry + 30 > index.length) return unsound('not_audio')
  const long = index.readUInt8(mdhd + 4) === 1
  const scale = index.readUInt32BE(mdhd + (long ? 24 : 16))
  const duration = long ? Number(index.readBigUInt64BE(mdhd + 28)) : index.readUInt32BE(mdhd + 20)
  const channels = index.readUInt16BE(entry + 20)
  const rate = index.readUInt16BE(entry + 28) || scale
  const frames = scale > 0 ? Math.round((duration / scale) * rate) : null
  const depth = codec === 'alac' ? index.readUInt16BE(entry + 22) : null
  return { ...told('aac', codec === 'alac' ? 'alac' : 'aac', rate, channels, frames), depth }
}

const adtsRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350]

/** AAC without a box, found by three heads in a row; its length is known when it is decoded. */
export async function readAdts(source: Source): Promise<Sound | undefined> {
  const near = await source.at(0, 32_768)
  let [at, found] = [0, 0]
  while (found < 3 && at + 7 <= near.length) {
    if (near.readUInt8(at) !== 0xff || (near.readUInt8(at + 1) & 0xf6) !== 0xf0) return undefined
    const bytes = (near.readUInt32BE(at + 3) >>> 13) & 0x1fff
    if (bytes < 7) return undefined
    at += bytes
    found++
  }
  if (found === 0) return undefined
  const rate = adtsRates[(near.readUInt8(2) >> 2) & 15] ?? 0
  const channels = ((near.readUInt8(2) & 1) << 2) | (near.readUInt8(3) >> 6)
  return told('aac', 'aac', rate, channels || 2, null)
}
