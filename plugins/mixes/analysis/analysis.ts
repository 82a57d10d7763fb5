import { Meter } from './meter/meter.ts'
import type { Measured } from './meter/meter.ts'
import { fullScale } from './meter/shape.ts'
import { openAudio } from './reading/open.ts'
import type { Problem, Sound } from './reading/sound.ts'
import { readTags } from './tags.ts'
import type { Bext, Tags } from './tags.ts'

/**
 * Why a file was not measured, or not whole: a key of `mixes.analysis.problems`. `unsupported`: it takes an ffmpeg;
 * `damaged`: parts of it do not hold their checksums; `crashed`: it ended the thread that read it, time and again;
 * `slow`: it took too long; `gone`: its bytes are not where they were.
 */
export type AnalysisProblem = Problem | 'unsupported' | 'damaged' | 'crashed' | 'slow' | 'gone'

/** What came of one file. */
export interface Analysis {
  /** With a measure, it says what is wrong with a sound that could be measured nevertheless. */
  problem: AnalysisProblem | null
  sound: Pick<Sound, 'format' | 'codec' | 'rate' | 'depth' | 'channels'>
  measured: Measured | null
  tags: Tags
  bext: Bext | null
}

/**
 * Measures a file from its first to its last sample, as it streams by. Runs in a thread of its own: `analyseApart`. What is
 * wrong with the file is a `problem`; @throws only what the disk says.
 */
export async function analyse(path: string, ffmpeg?: string): Promise<Analysis> {
  const audio = await openAudio(path, ffmpeg)
  try {
    const { info } = audio
    const about = { sound: info, tags: {}, bext: null }
    const { rate, channels, format } = info
    if (info.problem || rate === null || channels === null)
      return { ...about, problem: info.problem ?? 'not_audio', measured: null }
    const written = await readTags(path, format ?? '')
    if (!audio.blocks) return { ...about, ...written, problem: 'unsupported', measured: null }
    const full = fullScale(info.depth, info.layout?.kind === 'float')
    const meter = new Meter({ rate, channels, full, mask: info.mask ?? null })
    const whole = await feed(meter, audio.blocks())
    const measured = meter.done()
    if (measured.frames === 0) return { ...about, ...written, problem: whole ? 'empty' : 'damaged', measured: null }
    const short = info.codec === 'flac' && info.frames !== null && measured.frames < info.frames
    const problem = !whole || short || audio.damage() > 0 ? 'damaged' : null
    return { ...about, ...written, problem, measured }
  } finally {
    await audio.close()
  }
}

/** False when the decoder gave up on the way: what was decoded before counts. */
async function feed(meter: Meter, blocks: AsyncIterable<Float32Array[]>): Promise<boolean> {
  try {
    for await (const block of blocks) meter.add(block)
    return true
  } catch (error) {
    // the disk's own troubles have a code; a decoder's are the file's
    if (error instanceof Error && 'code' in error) throw error
    return false
  }
}
