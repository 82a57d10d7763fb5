import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { analyseApart } from '../../plugins/mixes/analysis/apart.ts'
import { findFfmpeg } from '../../plugins/mixes/analysis/ffmpeg.ts'
import { noise, wav } from '../../plugins/mixes/test/sounds.ts'
import { median, table } from './figures.ts'
import type { Figures } from './figures.ts'

const minutes = 5
const seconds = minutes * 60

/** How long five minutes in 24 bits at 48 kHz take to be measured, against their length and against ffmpeg where it is. */
export async function measureAnalysis(figures: Figures, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-bench-sound-'))
  try {
    const path = join(folder, 'five.wav')
    const frames = seconds * 48_000
    writeFileSync(path, wav([noise(frames, 0.9), noise(frames, 0.8, 7)], { sample: 's24' }))
    const ours = figures.set('analysis.seconds', await timed(rounds, () => analyseApart(path)))
    const rows: [string, number][] = [
      ['seconds for 5 minutes of 24/48', ours],
      ['times as fast as it plays', figures.set('analysis.real_time', seconds / ours)]
    ]
    const ffmpeg = await findFfmpeg(process.env['FFMPEG_PATH'])
    if (ffmpeg) {
      const input = [
        '-nostdin',
        '-v',
        'error',
        '-i',
        path,
        '-af',
        'ebur128=peak=true:framelog=verbose',
        '-f',
        'null',
        '-'
      ]
      const theirs = await timed(rounds, () => execFileSync(ffmpeg.path, input))
      rows.push([`ffmpeg ${ffmpeg.version} ebur128 with true peak`, figures.set('analysis.ffmpeg_seconds', theirs)])
      rows.push(['as fast as ffmpeg', figures.set('analysis.ratio', theirs / ours)])
    }
    table(['analysis of sound', ''], rows)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timed(rounds: number, work: () => unknown): Promise<number> {
  const taken: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await work()
    taken.push((performance.now() - start) / 1000)
  }
  return median(taken)
}
