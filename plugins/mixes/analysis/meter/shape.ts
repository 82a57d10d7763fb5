const step = 256
const most = 14_400

/** How many pairs a picture of a sound has. */
export const pairs = 1800

/**
 * The outline of a sound of any length: the lowest and highest of every 256 frames over all channels; when there are too
 * many of those, two become one.
 */
export class Outline {
  readonly #lowest = new Float32Array(most)
  readonly #highest = new Float32Array(most)
  #count = 0
  /** How many steps of 256 frames one place stands for, and how many the last has. */
  #each = 1
  #filled = 0

  add(lowest: number, highest: number): void {
    if (this.#filled === this.#each || this.#count === 0) this.#open()
    const place = this.#count - 1
    if (this.#filled === 0 || lowest < (this.#lowest[place] as number)) this.#lowest[place] = lowest
    if (this.#filled === 0 || highest > (this.#highest[place] as number)) this.#highest[place] = highest
    this.#filled++
  }

  #open(): void {
    if (this.#count === most) {
      for (let place = 0; place < most / 2; place++) {
        const two = 2 * place
        this.#lowest[place] = Math.min(this.#lowest[two] as number, this.#lowest[two + 1] as number)
        this.#highest[place] = Math.max(this.#highest[two] as number, this.#highest[two + 1] as number)
      }
      this.#count = most / 2
      this.#each *= 2
    }
    this.#count++
    this.#filled = 0
  }

  /** 1800 pairs of int8: lowest, highest, 127 being full scale. */
  draw(): Int8Array {
    const drawn = new Int8Array(2 * pairs)
    for (let pair = 0; pair < pairs && this.#count > 0; pair++) {
      const from = Math.floor((pair * this.#count) / pairs)
      const to = Math.max(from + 1, Math.floor(((pair + 1) * this.#count) / pairs))
      drawn[2 * pair] = small(Math.min(...this.#lowest.subarray(from, to)))
      drawn[2 * pair + 1] = small(Math.max(...this.#highest.subarray(from, to)))
    }
    return drawn
  }
}

const small = (level: number) => Math.max(-127, Math.min(127, Math.round(level * 127)))

/** A number that is at or beyond full scale, of so many bits; of floats, and of what is decoded, 1. */
export const fullScale = (depth: number | null, float: boolean): number =>
  depth === null || float || depth > 24 ? 0.999_999_9 : (2 ** (depth - 1) - 1) / 2 ** (depth - 1) - 1e-7

/** What of one channel is at full scale, and where it is to be heard first and last. */
export class Edges {
  readonly #full: number
  #run = 0
  /** Runs of three samples or more at full scale. */
  clipped = 0
  sample_peak = 0
  /** First and last frame above -60 dBFS. */
  first = -1
  last = -1

  constructor(full: number) {
    this.#full = full
  }

  /** Frames `from` to before `to` of a block that begins at frame `start`; gives the lowest and highest of them. */
  add(numbers: Float32Array, from: number, to: number, start: number, into: { low: number; high: number }): void {
    let [low, high] = [numbers[from] as number, numbers[from] as number]
    for (let at = from; at < to; at++) {
      const number = numbers[at] as number
      if (number < low) low = number
      else if (number > high) high = number
    }
    const level = high > -low ? high : -low
    if (level > this.sample_peak) this.sample_peak = level
    if (level >= this.#full) this.#clips(numbers, from, to)
    else this.#run = 0
    if (level > audible) this.#heard(numbers, from, to, start)
    if (low < into.low) into.low = low
    if (high > into.high) into.high = high
  }

  #clips(numbers: Float32Array, from: number, to: number): void {
    let run = this.#run
    for (let at = from; at < to; at++) {
      const number = numbers[at] as number
      const side = number >= this.#full ? 1 : number <= -this.#full ? -1 : 0
      run = side === 0 ? 0 : Math.sign(run) === side ? run + side : side
      if (run === 3 || run === -3) this.clipped++
    }
    this.#run = run
  }

  #heard(numbers: Float32Array, from: number, to: number, start: number): void {
    if (this.first < 0) {
      let at = from
      while (Math.abs(numbers[at] as number) <= audible) at++
      this.first = start + at
    }
    let at = to - 1
    while (Math.abs(numbers[at] as number) <= audible) at--
    this.last = start + at
  }
}

/** -60 dBFS */
const audible = 0.001

export { step }
