import type { AudioFormat } from '../../contract.ts'

/** Why a file is no sound that can be kept: it is none, has none in it, ends too early, or says what cannot be. */
export type Problem = 'not_audio' | 'cut' | 'empty' | 'lying'

/** Numbers as they lie in a file, each in so many bytes. */
export interface Layout {
  /** Where the first begins, and how many bytes of whole frames there are. */
  at: number
  bytes: number
  /** Bytes of one sample of one channel. */
  width: number
  /** Unsigned only in one byte. */
  kind: 'unsigned' | 'signed' | 'float'
  bigEndian: boolean
}

/** What the head of a file says of its sound. */
export interface Sound {
  format: AudioFormat | null
  /** `pcm_s24le`, `flac`, `mp3`, `aac`, `alac`, `vorbis`, `opus`; `wav_17` for the rare ones within a WAV. */
  codec: string | null
  /** Hz. */
  rate: number | null
  /** Bits of a sample; null for codecs that have none. */
  depth: number | null
  channels: number | null
  /** Samples of each channel; null when only decoding tells. */
  frames: number | null
  problem?: Problem
  /** Where its numbers are, when it is not compressed. */
  layout?: Layout
  /** Which loudspeakers its channels are for, as in a WAV: bit 0 front left … */
  mask?: number | null
  /** Where the compressed frames begin. */
  at?: number
}

/** A file of which nothing is known but what is wrong with it. */
export const unsound = (problem: Problem, format: AudioFormat | null = null): Sound => ({
  format,
  codec: null,
  rate: null,
  depth: null,
  channels: null,
  frames: null,
  problem
})

export const isRate = (rate: number): boolean => Number.isFinite(rate) && rate >= 1000 && rate <= 768_000
export const isChannels = (channels: number): boolean => channels >= 1 && channels <= 64

/** `pcm_s24le`, as others name it. */
export function pcmCodec({ kind, width, bigEndian }: Pick<Layout, 'kind' | 'width' | 'bigEndian'>): string {
  const letter = { unsigned: 'u', signed: 's', float: 'f' }[kind]
  return `pcm_${letter}${width * 8}${width === 1 ? '' : bigEndian ? 'be' : 'le'}`
}
