const taps = 12
const half = taps / 2

/**
 * The highest level between samples, after ITU-R BS.1770-4 annex 2: four times as many samples below 96 kHz, twice as many
 * below 192 kHz. Interpolated by 12 neighbours each; the samples themselves count as well, so that it is never below them.
 */
export class TruePeak {
  readonly #factor: 1 | 2 | 4
  /** The last 11 samples of a block, before the next. */
  #before = new Float64Array(taps - 1)
  #joined = new Float64Array(0)
  #highest = 0

  constructor(rate: number) {
    this.#factor = rate < 96_000 ? 4 : rate < 192_000 ? 2 : 1
  }

  /** The highest so far; 1 is full scale. */
  get highest(): number {
    return this.#highest
  }

  add(numbers: Float32Array): void {
    const length = numbers.length + taps - 1
    if (this.#joined.length < length) this.#joined = new Float64Array(length)
    const joined = this.#joined
    joined.set(this.#before)
    joined.set(numbers, taps - 1)
    this.#measure(joined, length)
    this.#before = joined.slice(length - taps + 1, length)
  }

  /** What was played last rings out. */
  end(): void {
    this.add(new Float32Array(half))
  }

  /** `joined` is looked at in steps; where no neighbour is high enough to matter, nothing is interpolated. */
  #measure(joined: Float64Array, length: number): void {
    const last = length - taps
    for (let from = 0; from <= last; from += step) {
      const to = Math.min(last, from + step - 1)
      let level = 0
      for (let at = from; at < to + taps; at++) {
        const size = Math.abs(joined[at] as number)
        if (size > level) level = size
      }
      if (level > this.#highest) this.#highest = level
      if (this.#factor > 1 && level * most > this.#highest)
        this.#highest = interpolate(joined, from, to, this.#highest, this.#factor)
    }
  }
}

const step = 16

/**
 * Between the sixth and the seventh of 12 samples: the point in the middle, and those at a quarter and three quarters. These
 * two mirror one another, so what both share (even) and what parts them (odd) is summed once: the higher is |even| + |odd|.
 */
function interpolate(joined: Float64Array, from: number, to: number, highest: number, factor: number): number {
  const [m0, m1, m2, m3, m4, m5] = middle
  const [e0, e1, e2, e3, e4, e5] = even
  const [o0, o1, o2, o3, o4, o5] = odd
  for (let at = from; at <= to; at++) {
    const [a, l] = [joined[at] as number, joined[at + 11] as number]
    const [b, k] = [joined[at + 1] as number, joined[at + 10] as number]
    const [c, j] = [joined[at + 2] as number, joined[at + 9] as number]
    const [d, i] = [joined[at + 3] as number, joined[at + 8] as number]
    const [e, h] = [joined[at + 4] as number, joined[at + 7] as number]
    const [f, g] = [joined[at + 5] as number, joined[at + 6] as number]
    const between = Math.abs(m0 * (a + l) + m1 * (b + k) + m2 * (c + j) + m3 * (d + i) + m4 * (e + h) + m5 * (f + g))
    if (between > highest) highest = between
    if (factor === 2) continue
    const shared = e0 * (a + l) + e1 * (b + k) + e2 * (c + j) + e3 * (d + i) + e4 * (e + h) + e5 * (f + g)
    const parted = o0 * (a - l) + o1 * (b - k) + o2 * (c - j) + o3 * (d - i) + o4 * (e - h) + o5 * (f - g)
    const quarter = Math.abs(shared) + Math.abs(parted)
    if (quarter > highest) highest = quarter
  }
  return highest
}

type Six = [number, number, number, number, number, number]

/** The weights of 12 neighbours for a point `part` of the way between the middle two: a sinc within a Kaiser window. */
function weights(part: number): number[] {
  const raw = Array.from({ length: taps }, (_, tap) => {
    const x = tap - (half - 1) - part
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    return sinc * bessel(beta * Math.sqrt(Math.max(0, 1 - (x / half) ** 2)))
  })
  const sum = raw.reduce((total, weight) => total + weight, 0)
  return raw.map(weight => weight / sum)
}

const beta = 3.5

/** The modified Bessel function of order 0, of which Kaiser's window is made. */
function bessel(x: number): number {
  let [sum, term] = [1, 1]
  for (let n = 1; n < 30; n++) {
    term *= (x / (2 * n)) ** 2
    sum += term
  }
  return sum
}

const halfway = weights(0.5)
const quarterway = weights(0.25)
const six = (of: (tap: number) => number) => [0, 1, 2, 3, 4, 5].map(of) as Six
const pair = (tap: number): [number, number] => [quarterway[tap] as number, quarterway[taps - 1 - tap] as number]
const middle = six(tap => halfway[tap] as number)
const even = six(tap => (pair(tap)[0] + pair(tap)[1]) / 2)
const odd = six(tap => (pair(tap)[0] - pair(tap)[1]) / 2)
/** No point in between is further above its highest neighbour. */
const most = Math.max(...[halfway, quarterway].map(all => all.reduce((sum, weight) => sum + Math.abs(weight), 0)))
