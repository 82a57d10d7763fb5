import { Source, afterId3 } from './reading/source.ts'
import { readAiff } from './reading/aiff.ts'
import { readAdts, readMp4, readOgg } from './reading/boxed.ts'
import { readFlac } from './reading/flac.ts'
import { readMp3 } from './reading/mp3.ts'
import { unsound } from './reading/sound.ts'
import type { Sound } from './reading/sound.ts'
import { readWav } from './reading/wav.ts'

export type { Problem, Sound } from './reading/sound.ts'

/**
 * What a file is, by its content alone: its format, and what its head says of the sound, held against its length. It reads
 * a few kilobytes here and there (a few megabytes at the end of a FLAC), decodes nothing, and never throws for what is in
 * the file, only for what the disk says. `problem` says why it cannot be kept: `not_audio`, `empty`, `cut` (it ends before
 * its sound does), `lying` (what its head says cannot be).
 */
export async function probe(path: string): Promise<Sound> {
  const source = await Source.open(path)
  try {
    return await probeSource(source)
  } finally {
    await source.close()
  }
}

/** The same of a file that is open. */
export async function probeSource(source: Source): Promise<Sound> {
  if (source.bytes === 0) return unsound('empty')
  const head = await source.at(0, 12)
  const name = head.toString('latin1')
  if (['RIFF', 'RF64', 'BW64'].includes(name.slice(0, 4)))
    return name.slice(8) === 'WAVE' ? readWav(source) : unsound(head.length < 12 ? 'cut' : 'not_audio')
  if (name.startsWith('FORM')) return ['AIFF', 'AIFC'].includes(name.slice(8)) ? readAiff(source) : unsound('not_audio')
  if (name.startsWith('OggS')) return readOgg(source)
  if (name.slice(4, 8) === 'ftyp') return readMp4(source)
  const start = await afterId3(source)
  if ((await source.at(start, 4)).toString('latin1') === 'fLaC') return readFlac(source)
  return (await readAdts(source)) ?? (await readMp3(source)) ?? unsound('not_audio')
}
