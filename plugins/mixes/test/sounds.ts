import { crc16, crc8 } from '../analysis/reading/flac.ts'

/*
 * Real sound, made by the tests: tones of known level, and the files they come in, written here byte by byte so that the
 * readers are held against the formats and not against themselves.
 */

/** A sine of a level in dBFS, at the frames of one channel; `fade`: seconds in which it comes and goes. */
export function tone(
  seconds: number,
  {
    rate = 48_000,
    hz = 997,
    dbfs = -23,
    phase = 0,
    fade = 0
  }: { rate?: number; hz?: number; dbfs?: number; phase?: number; fade?: number } = {}
): Float32Array {
  const frames = new Float32Array(Math.round(seconds * rate))
  const level = 10 ** (dbfs / 20)
  const step = (2 * Math.PI * hz) / rate
  const edge = Math.max(1, fade * rate)
  for (let frame = 0; frame < frames.length; frame++) {
    const share = fade > 0 ? Math.min(1, frame / edge, (frames.length - 1 - frame) / edge) : 1
    frames[frame] = level * share * Math.sin(step * frame + phase)
  }
  return frames
}

/** Tones one after another. */
export function after(...parts: Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Noise that is the same at every run, at most `level`. */
export function noise(frames: number, level: number, seed = 1): Float32Array {
  let state = seed
  let slow = 0
  return Float32Array.from({ length: frames }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    slow += 0.1 * (state / 2 ** 31 - 1 - slow)
    return Math.max(-1, Math.min(1, slow * 4)) * level
  })
}

export type Sample = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64'
const widths = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 }

/** Numbers of all channels in turn, as bytes. */
function interleave(channels: readonly Float32Array[], sample: Sample, big = false): Buffer {
  const width = widths[sample]
  const frames = channels[0]?.length ?? 0
  const bytes = Buffer.alloc(frames * channels.length * width)
  let at = 0
  for (let frame = 0; frame < frames; frame++)
    for (const channel of channels) {
      const value = channel[frame] ?? 0
      const whole = (bits: number) =>
        Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, Math.round(value * 2 ** (bits - 1))))
      if (sample === 'u8') bytes.writeUInt8(whole(8) + 128, at)
      else if (sample === 'f32') bytes[big ? 'writeFloatBE' : 'writeFloatLE'](value, at)
      else if (sample === 'f64') bytes[big ? 'writeDoubleBE' : 'writeDoubleLE'](value, at)
      else bytes[big ? 'writeIntBE' : 'writeIntLE'](whole(width * 8), at, width)
      at += width
    }
  return bytes
}

/** A part of a RIFF or FORM file: padded to an even length. */
export function chunk(id: string, content: Buffer, big = false): Buffer {
  const head = Buffer.alloc(8)
  head.write(id, 'latin1')
  head[big ? 'writeUInt32BE' : 'writeUInt32LE'](content.length, 4)
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)])
}

export interface WavOptions {
  rate?: number
  sample?: Sample
  /** WAVE_FORMAT_EXTENSIBLE with this mask. */
  mask?: number
  /** RF64: its lengths are in a chunk of their own. */
  long?: boolean
  before?: Buffer[]
  after?: Buffer[]
  /** What the head says of the sound's length, where that is not true. */
  said?: number
}

export function wav(channels: readonly Float32Array[], options: WavOptions = {}): Buffer {
  const { rate = 48_000, sample = 's16', mask, long = false, before = [], after: rest = [], said } = options
  const width = widths[sample]
  const fmt = Buffer.alloc(mask === undefined ? 16 : 40)
  const tag = sample.startsWith('f') ? 3 : 1
  fmt.writeUInt16LE(mask === undefined ? tag : 0xfffe, 0)
  fmt.writeUInt16LE(channels.length, 2)
  fmt.writeUInt32LE(rate, 4)
  fmt.writeUInt32LE(rate * width * channels.length, 8)
  fmt.writeUInt16LE(width * channels.length, 12)
  fmt.writeUInt16LE(width * 8, 14)
  if (mask !== undefined) {
    fmt.writeUInt16LE(22, 16)
    fmt.writeUInt16LE(width * 8, 18)
    fmt.writeUInt32LE(mask, 20)
    fmt.writeUInt16LE(tag, 24)
    Buffer.from('000000001000800000aa00389b71', 'hex').copy(fmt, 26)
  }
  const data = chunk('data', interleave(channels, sample))
  const ds64 = Buffer.alloc(28)
  ds64.writeBigUInt64LE(BigInt(data.length - 8), 8)
  if (said !== undefined || long) data.writeUInt32LE(said ?? 0xffffffff, 4)
  const parts = [...(long ? [chunk('ds64', ds64)] : []), ...before, chunk('fmt ', fmt), data, ...rest]
  const head = Buffer.from('RIFF----WAVE', 'latin1')
  if (long) head.write('RF64', 'latin1')
  head.writeUInt32LE(long ? 0xffffffff : 4 + parts.reduce((sum, { length }) => sum + length, 0), 4)
  return Buffer.concat([head, ...parts])
}

export function aiff(
  channels: readonly Float32Array[],
  { rate = 48_000, sample = 's16', compression }: { rate?: number; sample?: Sample; compression?: string } = {}
): Buffer {
  const frames = channels[0]?.length ?? 0
  const comm = Buffer.alloc(18)
  comm.writeUInt16BE(channels.length, 0)
  comm.writeUInt32BE(frames, 2)
  comm.writeUInt16BE(widths[sample] * 8, 6)
  const exponent = Math.floor(Math.log2(rate))
  comm.writeUInt16BE(16383 + exponent, 8)
  comm.writeBigUInt64BE(BigInt(rate) << BigInt(63 - exponent), 10)
  const name = compression === undefined ? [] : [Buffer.from(`${compression}\0\0`, 'latin1')]
  const sound = Buffer.concat([Buffer.alloc(8), interleave(channels, sample, compression !== 'sowt')])
  const parts = [chunk('COMM', Buffer.concat([comm, ...name]), true), chunk('SSND', sound, true)]
  const form = chunk('FORM', Buffer.concat([Buffer.from(compression === undefined ? 'AIFF' : 'AIFC'), ...parts]), true)
  return form
}

/** A FLAC whose frames hold the numbers as they are: every decoder reads it, and no encoder is needed. */
export function flac(
  channels: readonly Float32Array[],
  { rate = 48_000, sample = 's16' }: { rate?: number; sample?: 's16' | 's24' } = {}
): Buffer {
  const frames = channels[0]?.length ?? 0
  const size = 4096
  const bits = sample === 's16' ? 16 : 24
  const info = Buffer.alloc(38)
  info.writeUInt32BE(0x80000022, 0)
  info.writeUInt16BE(size, 4)
  info.writeUInt16BE(size, 6)
  const packed =
    (BigInt(rate) << 44n) | (BigInt(channels.length - 1) << 41n) | (BigInt(bits - 1) << 36n) | BigInt(frames)
  info.writeBigUInt64BE(packed, 14)
  const blocks: Buffer[] = []
  for (let from = 0, number = 0; from < frames; from += size, number++) {
    const length = Math.min(size, frames - from)
    const head = Buffer.concat([
      Buffer.from([0xff, 0xf8, 0x70, ((channels.length - 1) << 4) | (bits === 16 ? 0x08 : 0x0c)]),
      Buffer.from(String.fromCodePoint(number), 'utf8'),
      Buffer.from([(length - 1) >> 8, (length - 1) & 255])
    ])
    const sound = channels.map(channel =>
      Buffer.concat([Buffer.from([0x02]), interleave([channel.subarray(from, from + length)], sample, true)])
    )
    const frame = Buffer.concat([head, Buffer.from([crc8(head)]), ...sound])
    const check = Buffer.alloc(2)
    check.writeUInt16BE(crc16(frame))
    blocks.push(frame, check)
  }
  return Buffer.concat([Buffer.from('fLaC'), info, ...blocks])
}
