import { Series } from './series.ts'

/*
 * Loudness by ITU-R BS.1770-4 and its range by EBU Tech 3342: the energy of every tenth of a second behind the filter for
 * the head and the ear ("K"), weighted by channel; blocks and windows are sums of those.
 */

/** Measures how loud a sound is; `weights` for each channel. */
export class Loudness {
  readonly #hop: number
  readonly #filters: Filter[]
  readonly #weights: readonly number[]
  readonly #energies = new Series()
  #sums: Float64Array
  #filled = 0

  constructor(rate: number, weights: readonly number[]) {
    this.#hop = Math.max(1, Math.round(rate / 10))
    this.#weights = weights
    this.#filters = weights.map(() => new Filter(rate))
    this.#sums = new Float64Array(weights.length)
  }

  add(block: readonly Float32Array[]): void {
    const frames = block[0]?.length ?? 0
    for (let from = 0; from < frames;) {
      const to = Math.min(frames, from + this.#hop - this.#filled)
      for (let channel = 0; channel < this.#weights.length; channel++) {
        if (this.#weights[channel] === 0) continue
        const energy = (this.#filters[channel] as Filter).energy(block[channel] as Float32Array, from, to)
        this.#sums[channel] = (this.#sums[channel] as number) + energy
      }
      this.#filled += to - from
      from = to
      if (this.#filled === this.#hop) this.#turn()
    }
  }

  #turn(): void {
    let energy = 0
    for (let channel = 0; channel < this.#weights.length; channel++)
      energy += ((this.#weights[channel] as number) * (this.#sums[channel] as number)) / this.#hop
    this.#energies.push(energy)
    this.#sums.fill(0)
    this.#filled = 0
  }

  /** Integrated loudness in LUFS: 400 ms blocks, each a quarter after the last, gated twice. Null: silence, or too short. */
  integrated(): number | null {
    const loud = windows(this.#energies.values(), 4).filter(energy => lufs(energy) > absoluteGate)
    if (loud.length === 0) return null
    const gate = lufs(mean(loud)) - 10
    const gated = loud.filter(energy => lufs(energy) > gate)
    return gated.length === 0 ? null : lufs(mean(gated))
  }

  /** Loudness range in LU: windows of 3 s, from the 10th to the 95th of a hundred. Null: silence, or shorter than that. */
  range(): number | null {
    const loud = windows(this.#energies.values(), 30).filter(energy => lufs(energy) >= absoluteGate)
    if (loud.length === 0) return null
    const gate = lufs(mean(loud)) - 20
    const gated = loud.filter(energy => lufs(energy) >= gate).toSorted()
    const at = (share: number) => lufs(gated[Math.round((gated.length - 1) * share)] ?? 0)
    return gated.length === 0 ? null : at(0.95) - at(0.1)
  }
}

const absoluteGate = -70
const lufs = (energy: number) => -0.691 + 10 * Math.log10(energy)
const mean = (energies: Float64Array) => energies.reduce((sum, energy) => sum + energy, 0) / energies.length

/** The mean energy of every so many tenths of a second in a row. */
function windows(energies: Float64Array, length: number): Float64Array {
  const means = new Float64Array(Math.max(0, energies.length - length + 1))
  for (let start = 0; start < means.length; start++) {
    let sum = 0
    for (let at = start; at < start + length; at++) sum += energies[at] as number
    means[start] = sum / length
  }
  return means
}

/**
 * The two filters of BS.1770 in a row, for any rate: their coefficients at 48 kHz come out of these frequencies, gains and
 * widths, which De Man (2014) and libebur128 found in the standard's numbers.
 */
class Filter {
  readonly #b0: number
  readonly #b1: number
  readonly #b2: number
  readonly #a1: number
  readonly #a2: number
  readonly #c1: number
  readonly #c2: number
  #s1 = 0
  #s2 = 0
  #t1 = 0
  #t2 = 0

  constructor(rate: number) {
    const shelf = Math.tan((Math.PI * 1681.974450955533) / rate)
    const q = 0.7071752369554196
    const high = 10 ** (3.999843853973347 / 20)
    const middle = high ** 0.4996667741545416
    const a0 = 1 + shelf / q + shelf * shelf
    this.#b0 = (high + (middle * shelf) / q + shelf * shelf) / a0
    this.#b1 = (2 * (shelf * shelf - high)) / a0
    this.#b2 = (high - (middle * shelf) / q + shelf * shelf) / a0
    this.#a1 = (2 * (shelf * shelf - 1)) / a0
    this.#a2 = (1 - shelf / q + shelf * shelf) / a0
    const pass = Math.tan((Math.PI * 38.13547087602444) / rate)
    const width = 0.5003270373238773
    const c0 = 1 + pass / width + pass * pass
    this.#c1 = (2 * (pass * pass - 1)) / c0
    this.#c2 = (1 - pass / width + pass * pass) / c0
  }

  /** The sum of squares of what comes out, from one frame to before another. */
  energy(numbers: Float32Array, from: number, to: number): number {
    const [b0, b1, b2, a1, a2, c1, c2] = [this.#b0, this.#b1, this.#b2, this.#a1, this.#a2, this.#c1, this.#c2]
    let [s1, s2, t1, t2] = [this.#s1, this.#s2, this.#t1, this.#t2]
    let sum = 0
    for (let at = from; at < to; at++) {
      const x = numbers[at] as number
      const y = b0 * x + s1
      s1 = b1 * x - a1 * y + s2
      s2 = b2 * x - a2 * y
      const z = y + t1
      t1 = -2 * y - c1 * z + t2
      t2 = y - c2 * z
      sum += z * z
    }
    // numbers too small to matter take a hundred times as long
    this.#s1 = still(s1)
    this.#s2 = still(s2)
    this.#t1 = still(t1)
    this.#t2 = still(t2)
    return sum
  }
}

const still = (state: number) => (Math.abs(state) < 1e-18 ? 0 : state)
