import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

/*
 * The system's ffmpeg, where there is one: it decodes what this house's own readers do not, and makes the copies that are
 * listened to. It is a program beside this one, given files and pipes and nothing else.
 */

/** An ffmpeg that was found: where, and what it calls itself. */
export interface Ffmpeg {
  path: string
  /** `7.1.1` */
  version: string
}

/** Only the file it is given, as sound and nothing that names other files, and no line of a terminal. */
const careful = ['-hide_banner', '-nostdin', '-v', 'error', '-protocol_whitelist', 'file,pipe']
const kinds = ['-format_whitelist', 'wav,aiff,flac,mp3,aac,mov,ogg']

/** Looks for it at `FFMPEG_PATH`, else on the PATH; once for each path in the life of the process while it is there. */
export async function findFfmpeg(path = 'ffmpeg'): Promise<Ffmpeg | undefined> {
  const known = found.get(path)
  if (known) return known
  const version = await versionOf(path)
  if (version === undefined) return undefined
  const ffmpeg = { path, version }
  found.set(path, ffmpeg)
  return ffmpeg
}

const found = new Map<string, Ffmpeg>()

async function versionOf(path: string): Promise<string | undefined> {
  const child = spawn(path, ['-version'], { stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000 })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const code = await ended(child)
  return code === 0 ? (/^ffmpeg version (\d+[\d.]*\d|\S+)/.exec(said)?.[1] ?? undefined) : undefined
}

/** Decodes any sound, as long as at most `seconds`: blocks of each channel's numbers. @throws when it cannot be decoded. */
export async function* ffmpegBlocks(
  ffmpeg: string,
  path: string,
  channels: number,
  seconds: number
): AsyncGenerator<Float32Array[]> {
  const into = [...kinds, '-i', `file:${path}`, '-map', '0:a:0', '-ac', String(channels), '-f', 'f32le', 'pipe:1']
  const child = spawn(ffmpeg, [...careful, ...into], { stdio: ['ignore', 'pipe', 'ignore'], timeout: seconds * 1000 })
  const end = ended(child)
  const size = 4 * channels
  let rest = Buffer.alloc(0)
  try {
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
      const frames = Math.floor(bytes.length / size)
      if (frames > 0) yield apart(bytes, frames, channels)
      rest = Buffer.from(bytes.subarray(frames * size))
    }
    const code = await end
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}`)
  } finally {
    child.kill('SIGKILL')
  }
}

function apart(bytes: Buffer, frames: number, channels: number): Float32Array[] {
  const numbers = new Float32Array(new Uint8Array(bytes.subarray(0, frames * channels * 4)).buffer)
  return Array.from({ length: channels }, (_, channel) => {
    const one = new Float32Array(frames)
    for (let frame = 0, at = channel; frame < frames; frame++, at += channels) one[frame] = numbers[at] as number
    return one
  })
}

/**
 * Makes a copy that every browser plays: MP3 of 192 kbit/s, two channels at most, without any tag of the original. False
 * when it could not be made within `seconds`, or was stopped by `signal`.
 */
export async function makeCopy(
  ffmpeg: string,
  from: string,
  to: string,
  { seconds, signal }: { seconds: number; signal?: AbortSignal }
): Promise<boolean> {
  const sound = ['-map', '0:a:0', '-map_metadata', '-1', '-ac', '2', '-c:a', 'libmp3lame', '-b:a', '192k']
  const rate = ['-af', 'aresample=resampler=swr', '-ar', '44100', '-f', 'mp3', '-y', `file:${to}`]
  const child = spawn(ffmpeg, [...careful, '-threads', '1', ...kinds, '-i', `file:${from}`, ...sound, ...rate], {
    stdio: 'ignore',
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
    ...(signal ? { signal } : {})
  })
  const code = await ended(child)
  return code === 0
}

/** With which code a child ended; null when it could not be started, or was killed. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise(resolve => {
    child.once('close', resolve)
    child.once('error', () => resolve(null))
  })
}
