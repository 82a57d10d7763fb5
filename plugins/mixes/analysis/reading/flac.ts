import { afterId3 } from './source.ts'
import type { Source } from './source.ts'
import { isRate, unsound } from './sound.ts'
import type { Sound } from './sound.ts'

const mostBlocks = 1000

/** FLAC by its STREAMINFO; whether the end is there is proven by the last frame's checksum. */
export async function readFlac(source: Source): Promise<Sound> {
  const start = await afterId3(source)
  const info = await source.at(start + 8, 34)
  if (info.length < 34) return unsound('cut', 'flac')
  const packed = info.readBigUInt64BE(10)
  const rate = Number(packed >> 44n)
  const channels = Number((packed >> 41n) & 7n) + 1
  const depth = Number((packed >> 36n) & 31n) + 1
  const total = Number(packed & 0xfffffffffn)
  if (!isRate(rate) || depth < 4) return unsound('lying', 'flac')
  const at = await firstFrame(source, start + 4)
  const sound: Sound = { format: 'flac', codec: 'flac', rate, depth, channels, frames: total || null }
  if (at === undefined) return { ...sound, problem: 'cut' }
  if (at >= source.bytes) return { ...sound, problem: total > 0 ? 'cut' : 'empty' }
  const largest = info.readUIntBE(7, 3)
  const whole = await endsWhole(source, at, largest)
  return { ...sound, at, ...(whole ? {} : { problem: 'cut' as const }) }
}

async function firstFrame(source: Source, from: number): Promise<number | undefined> {
  let at = from
  for (let blocks = 0; blocks < mostBlocks; blocks++) {
    const head = await source.at(at, 4)
    if (head.length < 4) return undefined
    at += 4 + head.readUIntBE(1, 3)
    if (head.readUInt8(0) & 0x80) return at
  }
  return undefined
}

/** The last frame's 16 bits of checksum hold for what is there; a tag of 128 bytes may follow. */
async function endsWhole(source: Source, at: number, largest: number): Promise<boolean> {
  const length = Math.min(source.bytes - at, Math.min(largest || mostFrame, mostFrame) + 128 + 16)
  let tail = await source.at(source.bytes - length, length)
  if (tail.length > 128 && tail.toString('latin1', tail.length - 128, tail.length - 125) === 'TAG')
    tail = tail.subarray(0, -128)
  let heads = 0
  for (let start = tail.length - 6; start >= 0 && heads < mostHeads; start--) {
    if (!isHead(tail, start)) continue
    if (crc16(tail.subarray(start)) === 0) return true
    heads++
  }
  return false
}

/** A frame of 8 channels of 65,535 samples of 32 bits, which nobody makes, and how many heads are tried at most. */
const mostFrame = 2_100_000
const mostHeads = 16

/** A frame's head begins here, by its own checksum of 8 bits. */
function isHead(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) return false
  const [sizes, lead] = [bytes[at + 2] ?? 0, bytes[at + 4] ?? 0]
  const number = lead < 0x80 ? 1 : Math.clz32(~(lead << 24))
  const size = { 6: 1, 7: 2 }[sizes >> 4] ?? 0
  const rate = { 12: 1, 13: 2, 14: 2 }[sizes & 15] ?? 0
  const length = 4 + number + size + rate
  return number <= 7 && at + length < bytes.length && crc8(bytes.subarray(at, at + length + 1)) === 0
}

const tableOf = (polynomial: number, bits: 8 | 16) =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    const top = 1 << (bits - 1)
    let crc = byte << (bits - 8)
    for (let bit = 0; bit < 8; bit++) crc = crc & top ? (crc << 1) ^ polynomial : crc << 1
    return crc & (top * 2 - 1)
  })
const table8 = tableOf(0x07, 8)
const table16 = tableOf(0x8005, 16)

/** FLAC's checksum of a frame's head: 0 over the head with its own. */
export function crc8(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = table8[crc ^ byte] ?? 0
  return crc
}

/** FLAC's checksum of a frame: 0 over the frame with its own. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (table16[(crc >> 8) ^ byte] ?? 0)
  return crc
}
