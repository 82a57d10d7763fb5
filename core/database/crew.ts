/** Lets so many work at once; the others wait in line. */
export class Crew {
  #free: number
  readonly #size: number
  readonly #line: (() => void)[] = []

  constructor(size: number) {
    this.#free = size
    this.#size = size
  }

  /** Nobody works, nobody waits. */
  get idle(): boolean {
    return this.#free === this.#size
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#line.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#line.shift()
      if (next) next()
      else this.#free++
    }
  }
}
