import { ffmpegBlocks } from '../ffmpeg.ts'
import { probeSource } from '../probe.ts'
import { flacBlocks, mp3Blocks } from './decoders.ts'
import { pcmBlocks } from './pcm.ts'
import type { Sound } from './sound.ts'
import { Source } from './source.ts'

/** A file of sound that is open. */
export interface Audio {
  /** What its head says; `problem` when it is not to be read. */
  info: Sound
  /**
   * Its numbers, full scale being 1: blocks with an array for each channel, which the next block may overwrite. Undefined
   * for what only an ffmpeg decodes, where there is none.
   */
  blocks: (() => AsyncIterable<Float32Array[]>) | undefined
  /** Frames whose checksum did not hold so far. */
  damage: () => number
  close: () => Promise<void>
}

/** Opens a file of sound of any kind. `ffmpeg` decodes the rare ones. @throws what the disk says. */
export async function openAudio(path: string, ffmpeg?: string): Promise<Audio> {
  const source = await Source.open(path)
  const info = await probeSource(source)
  let damage = 0
  return {
    info,
    blocks: blocksOf(source, info, ffmpeg, () => void damage++),
    damage: () => damage,
    close: () => source.close()
  }
}

/** Longer than any file of two gigabytes takes. */
const mostSeconds = 1800

function blocksOf(source: Source, info: Sound, ffmpeg: string | undefined, damaged: () => void): Audio['blocks'] {
  const { layout, codec, format, at = 0, channels } = info
  if (channels === null) return undefined
  if (layout) return () => pcmBlocks(source, layout, channels)
  if (codec === 'flac' && format === 'flac') return () => flacBlocks(source, at, damaged)
  if (codec === 'mp3' && format === 'mp3') return () => mp3Blocks(source, at, channels)
  return ffmpeg ? () => ffmpegBlocks(ffmpeg, source.path, channels, mostSeconds) : undefined
}
