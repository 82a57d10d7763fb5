import { z } from 'zod'
import { findFfmpeg } from './ffmpeg.ts'
import type { Ffmpeg } from './ffmpeg.ts'

/** What this plugin reads of the environment. */
export const MixEnv = z.object({
  /** Where ffmpeg is, when it is not on the PATH. */
  FFMPEG_PATH: z.string().min(1).optional()
})

/** The ffmpeg that was found by what the environment says; undefined without one. */
export const ffmpegOf = (env: unknown): Promise<Ffmpeg | undefined> => findFfmpeg(MixEnv.parse(env).FFMPEG_PATH)
