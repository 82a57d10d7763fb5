import type { Sound } from './reading/sound.ts'

/** What every browser of these years plays as it is. */
const played = ['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_f32le', 'flac', 'mp3', 'aac']
const lossless = /^(pcm_|flac|alac)/
/** A telephone on its way takes ten megabytes in good time, not a master. */
const heavy = 10_000_000

/** Browsers play a file with this codec in this format, of one or two channels. */
export const isPlayed = ({ format, codec, channels }: Pick<Sound, 'format' | 'codec' | 'channels'>): boolean =>
  format !== 'aiff' && format !== 'ogg' && played.includes(codec ?? '') && (channels ?? 0) <= 2

/** A copy to listen to is made of what browsers do not play, and of lossless files that are long to fetch. */
export const wantsCopy = (sound: Pick<Sound, 'format' | 'codec' | 'channels'>, bytes: number): boolean =>
  !isPlayed(sound) || (bytes > heavy && lossless.test(sound.codec ?? ''))
