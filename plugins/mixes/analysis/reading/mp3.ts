import { afterId3 } from './source.ts'
import type { Source } from './source.ts'
import { unsound } from './sound.ts'
import type { Sound } from './sound.ts'

/** A frame of MPEG audio, as its four bytes say. */
export interface MpegFrame {
  rate: number
  channels: number
  /** Bytes of the frame with its head. */
  bytes: number
  /** Samples of each channel. */
  samples: number
  /** Bytes between the head and the sound, in which an encoder writes how long it is. */
  side: number
}

/** MP3: found by three heads that agree; its length by what the encoder wrote into the first frame. */
export async function readMp3(source: Source): Promise<Sound | undefined> {
  const start = await afterId3(source)
  if (start > 0 && start >= source.bytes) return unsound('cut', 'mp3')
  const near = await source.at(start, 65_536)
  for (let at = 0; at + 4 <= near.length; at++) {
    const frame = near[at] === 0xff ? mpegFrame(near, at) : undefined
    if (frame && follows(near, at, frame, start + near.length >= source.bytes)) {
      return describe(source, start + at, near.subarray(at), frame)
    }
  }
  return undefined
}

function describe(source: Source, at: number, near: Buffer, frame: MpegFrame): Sound {
  const sound = { format: 'mp3' as const, codec: 'mp3', rate: frame.rate, depth: null, channels: frame.channels, at }
  const tag = 4 + frame.side
  if (!['Xing', 'Info'].includes(near.toString('latin1', tag, tag + 4))) return { ...sound, frames: null }
  const flags = near.readUInt32BE(tag + 4)
  let next = tag + 8
  const take = () => near.readUInt32BE((next += 4) - 4)
  const count = flags & 1 ? take() : undefined
  const bytes = flags & 2 ? take() : undefined
  if (flags & 4) next += 100
  if (flags & 8) next += 4
  const delays = near.length >= next + 24 ? near.readUIntBE(next + 21, 3) : 0
  const trimmed = (delays >> 12) + (delays & 0xfff)
  const frames = count === undefined ? null : Math.max(0, count * frame.samples - trimmed)
  const cut = bytes !== undefined && at + bytes > source.bytes + frame.bytes
  return { ...sound, frames, ...(cut ? { problem: 'cut' as const } : {}) }
}

/** The next two heads say the same; at the very end of a short file fewer are enough. */
function follows(near: Buffer, at: number, frame: MpegFrame, end: boolean): boolean {
  let [next, heads] = [at + frame.bytes, 0]
  while (heads < 2) {
    if (next + 4 > near.length) return end && next <= near.length
    const other = mpegFrame(near, next)
    if (other?.rate !== frame.rate || other.samples !== frame.samples) return false
    next += other.bytes
    heads++
  }
  return true
}

const rates = [44_100, 48_000, 32_000]
const kilobits = {
  '1,3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '1,2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
}

/** Reads the head of a frame of layer II or III; undefined where there is none. */
export function mpegFrame(bytes: Buffer, at: number): MpegFrame | undefined {
  if (at + 4 > bytes.length) return undefined
  const head = bytes.readUInt32BE(at)
  if (head >>> 21 !== 0x7ff) return undefined
  const version = [2.5, undefined, 2, 1][(head >>> 19) & 3]
  const layer = 4 - ((head >>> 17) & 3)
  const base = rates[(head >>> 10) & 3]
  if (version === undefined || base === undefined || (layer !== 2 && layer !== 3)) return undefined
  const speeds = version === 1 ? kilobits[layer === 3 ? '1,3' : '1,2'] : kilobits['2']
  const speed = speeds[(head >>> 12) & 15]
  if (!speed) return undefined
  const rate = base / (version === 1 ? 1 : version * 2 === 5 ? 4 : 2)
  const samples = layer === 3 && version !== 1 ? 576 : 1152
  const channels = ((head >>> 6) & 3) === 3 ? 1 : 2
  const side = version === 1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17
  const length = Math.floor((samples / 8) * ((speed * 1000) / rate)) + ((head >>> 9) & 1)
  return { rate, channels, bytes: length, samples, side }
}
