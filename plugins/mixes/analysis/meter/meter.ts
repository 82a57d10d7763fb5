import { Loudness } from './loudness.ts'
import { Edges, Outline, step } from './shape.ts'
import { TruePeak } from './true-peak.ts'

/** What was measured of a sound. Levels in dB of full scale, loudness in LUFS and LU; null where nothing is to be heard. */
export interface Measured {
  frames: number
  lufs: number | null
  lra: number | null
  true_peak: number | null
  sample_peak: number | null
  /** Runs of three samples or more at full scale, over all channels. */
  clipped: number
  /** Milliseconds before the first and after the last sound above -60 dBFS; all of it when there is none. */
  head_ms: number
  tail_ms: number
  /** 1800 pairs of int8, lowest and highest, of all channels. */
  peaks: Int8Array
}

/** Measures a sound as it streams by: everything in one go, without keeping any of it. */
export class Meter {
  readonly #rate: number
  readonly #loudness: Loudness
  readonly #peaks: TruePeak[]
  readonly #edges: Edges[]
  readonly #outline = new Outline()
  #frames = 0
  #low = 0
  #high = 0
  #stepped = 0

  /** `full` is what counts as full scale, see `fullScale`; `mask` says what its channels are for, as in a WAV. */
  constructor({
    rate,
    channels,
    full,
    mask = null
  }: {
    rate: number
    channels: number
    full: number
    mask?: number | null
  }) {
    this.#rate = rate
    this.#loudness = new Loudness(rate, channelWeights(channels, mask))
    this.#peaks = Array.from({ length: channels }, () => new TruePeak(rate))
    this.#edges = Array.from({ length: channels }, () => new Edges(full))
  }

  /** The next block: an array for each channel, of the same length. */
  add(block: readonly Float32Array[]): void {
    const frames = block[0]?.length ?? 0
    this.#loudness.add(block)
    for (const [channel, peak] of this.#peaks.entries()) peak.add(block[channel] as Float32Array)
    const into = { low: this.#low, high: this.#high }
    for (let from = 0; from < frames;) {
      const to = Math.min(frames, from + step - this.#stepped)
      for (const [channel, edges] of this.#edges.entries())
        edges.add(block[channel] as Float32Array, from, to, this.#frames, into)
      this.#stepped += to - from
      from = to
      if (this.#stepped < step) continue
      this.#outline.add(into.low, into.high)
      into.low = into.high = this.#stepped = 0
    }
    this.#low = into.low
    this.#high = into.high
    this.#frames += frames
  }

  /** What came of it. Nothing may be added afterwards. */
  done(): Measured {
    if (this.#stepped > 0) this.#outline.add(this.#low, this.#high)
    for (const peak of this.#peaks) peak.end()
    const first = this.#edges.map(edges => edges.first).filter(frame => frame >= 0)
    const last = Math.max(...this.#edges.map(edges => edges.last))
    const ms = (frames: number) => Math.round((frames / this.#rate) * 1000)
    return {
      frames: this.#frames,
      lufs: this.#loudness.integrated(),
      lra: this.#loudness.range(),
      true_peak: decibels(Math.max(...this.#peaks.map(({ highest }) => highest))),
      sample_peak: decibels(Math.max(...this.#edges.map(edges => edges.sample_peak))),
      clipped: this.#edges.reduce((sum, { clipped }) => sum + clipped, 0),
      head_ms: ms(first.length > 0 ? Math.min(...first) : this.#frames),
      tail_ms: ms(last >= 0 ? this.#frames - 1 - last : this.#frames),
      peaks: this.#outline.draw()
    }
  }
}

const decibels = (level: number) => (level > 0 ? 20 * Math.log10(level) : null)

/** Loudspeakers as a WAV names them: the low one is not heard, those beside the listener count more. */
const low = 0x8
const [backs, sides] = [0x30, 0x600]
/** Which loudspeakers so many channels are for, when a file does not say. */
const usual: Record<number, number> = { 1: 0x4, 2: 0x3, 3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3f, 7: 0x70f, 8: 0x63f }

function channelWeights(channels: number, mask: number | null): number[] {
  const said = mask ? mask : (usual[channels] ?? 0)
  const speakers = Array.from({ length: 18 }, (_, bit) => 2 ** bit).filter(speaker => said & speaker)
  const around = said & sides ? sides : backs
  return Array.from({ length: channels }, (_, channel) => {
    const speaker = speakers[channel] ?? 0
    if (speaker === low) return 0
    return speaker & around ? 1.41 : 1
  })
}
