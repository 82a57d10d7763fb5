import type { Layout } from './sound.ts'
import type { Source } from './source.ts'

const framesAtOnce = 32_768

/**
 * The numbers of a file that is not compressed, full scale being 1. Each block is an array for each channel, and is
 * overwritten by the next.
 */
export async function* pcmBlocks(source: Source, layout: Layout, channels: number): AsyncGenerator<Float32Array[]> {
  const size = layout.width * channels
  // a frame that an even number of bytes away from the start stays aligned for views of its numbers
  const buffer = Buffer.from(new ArrayBuffer(framesAtOnce * size))
  const block = Array.from({ length: channels }, () => new Float32Array(framesAtOnce))
  for (let done = 0; done < layout.bytes;) {
    const read = await source.into(buffer.subarray(0, Math.min(buffer.length, layout.bytes - done)), layout.at + done)
    const frames = Math.floor(read.length / size)
    if (frames === 0) return
    const spread = read.subarray(0, frames * size)
    if (layout.bigEndian) swap(spread, layout.width)
    for (const [channel, to] of block.entries()) decode(spread, layout, channel, channels, frames, to)
    done += frames * size
    yield frames === framesAtOnce ? block : block.map(numbers => numbers.subarray(0, frames))
  }
}

function swap(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16()
  if (width === 4) bytes.swap32()
  if (width === 8) bytes.swap64()
  if (width !== 3) return
  for (let at = 0; at < bytes.length; at += 3) {
    const first = bytes[at] as number
    bytes[at] = bytes[at + 2] as number
    bytes[at + 2] = first
  }
}

/** One channel out of the interleaved numbers. The loops are the work itself: each is as plain as it can be. */
function decode(
  bytes: Buffer,
  { kind, width }: Layout,
  channel: number,
  channels: number,
  frames: number,
  to: Float32Array
): void {
  const { buffer, byteOffset } = bytes
  const count = frames * channels
  if (width === 3) {
    const step = 3 * channels
    for (let frame = 0, at = 3 * channel; frame < frames; frame++, at += step) {
      const number =
        ((bytes[at] as number) << 8) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 24)
      to[frame] = number / 2147483648
    }
    return
  }
  if (kind === 'unsigned') {
    for (let frame = 0, at = channel; frame < frames; frame++, at += channels)
      to[frame] = ((bytes[at] as number) - 128) / 128
    return
  }
  const numbers =
    kind === 'float'
      ? width === 8
        ? new Float64Array(buffer, byteOffset, count)
        : new Float32Array(buffer, byteOffset, count)
      : width === 4
        ? new Int32Array(buffer, byteOffset, count)
        : width === 2
          ? new Int16Array(buffer, byteOffset, count)
          : new Int8Array(buffer, byteOffset, count)
  const full = kind === 'float' ? 1 : 2 ** (8 * width - 1)
  if (numbers instanceof Int16Array) return spread16(numbers, channel, channels, to)
  for (let frame = 0, at = channel; frame < frames; frame++, at += channels) {
    const number = (numbers[at] as number) / full
    // what is no number, or without end, is silence
    to[frame] = number - number === 0 ? number : 0
  }
}

function spread16(numbers: Int16Array, channel: number, channels: number, to: Float32Array): void {
  for (let frame = 0, at = channel; at < numbers.length; frame++, at += channels)
    to[frame] = (numbers[at] as number) / 32768
}
