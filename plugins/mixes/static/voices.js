// Two sounds that play in step, one of them heard: what a comparison is made of.

/** Where a browser does not let a page set the volume of a sound (iOS), a gain of Web Audio does it. */
const settable = (() => {
  const probe = new Audio()
  probe.volume = 0.5
  return probe.volume === 0.5
})()

let context

class Voice {
  audio = new Audio()
  take = undefined
  #gain

  constructor(tell) {
    this.audio.preload = 'auto'
    for (const name of ['play', 'pause', 'ended', 'error', 'waiting', 'playing', 'durationchange', 'seeked'])
      this.audio.addEventListener(name, event => tell(this, event.type))
  }

  set(take) {
    const same = this.take?.audio === take?.audio
    this.take = take
    if (same) return
    this.audio.pause()
    if (take) this.audio.src = take.audio
    else {
      this.audio.removeAttribute('src')
      this.audio.load()
    }
  }

  /** 0 to 1. */
  set level(level) {
    if (settable) this.audio.volume = level
    else this.#amplifier().gain.value = level
  }

  #amplifier() {
    context ??= new AudioContext()
    if (!this.#gain) {
      this.#gain = context.createGain()
      context.createMediaElementSource(this.audio).connect(this.#gain).connect(context.destination)
    }
    return this.#gain
  }
}

/** What is heard and what it is compared with. `tell(type)` says what happens to what is heard. */
export class Voices {
  #front
  #back
  #rate = 1
  #watch

  constructor(tell) {
    const heard = (voice, type) => {
      if (voice === this.#front) tell(type)
      else if (type === 'error') tell('back-error')
    }
    this.#front = new Voice(heard)
    this.#back = new Voice(heard)
    this.#back.audio.muted = true
  }

  get front() {
    return this.#front.take
  }
  get back() {
    return this.#back.take
  }
  get error() {
    return this.#front.audio.error
  }
  get time() {
    return this.#front.audio.currentTime
  }
  /** How far the silent one is behind, in seconds; what tests look at. */
  get drift() {
    return this.#back.take ? this.#front.audio.currentTime - this.#back.audio.currentTime : 0
  }
  get duration() {
    const { duration } = this.#front.audio
    return Number.isFinite(duration) ? duration : (this.#front.take?.duration_ms ?? 0) / 1000
  }
  get paused() {
    return this.#front.audio.paused
  }

  set rate(rate) {
    this.#rate = rate
    for (const { audio } of [this.#front, this.#back]) audio.defaultPlaybackRate = audio.playbackRate = rate
  }

  /** Volumes of both, 0 to 1, and whether nothing is heard at all. */
  levels(front, back, muted) {
    this.#front.level = front
    this.#back.level = back
    this.#front.audio.muted = muted
    this.#back.audio.muted = true
  }

  set(take) {
    this.#front.set(take)
    this.#back.set(undefined)
    this.rate = this.#rate
  }

  /** Lets another one run along, in silence; ready when it can be heard at this position. */
  async follow(take) {
    const back = this.#back
    if (back.take?.audio !== take?.audio) back.set(take)
    else back.take = take
    if (!take) return
    back.audio.defaultPlaybackRate = this.#rate
    if (back.audio.readyState < 2)
      await new Promise((done, failed) => {
        back.audio.addEventListener('canplay', done, { once: true })
        back.audio.addEventListener('error', () => failed(new Error('it cannot be played')), { once: true })
      })
    if (back !== this.#back || back.take !== take) return
    this.#align()
    if (!this.paused) await back.audio.play()
    this.#keep()
  }

  /** The silent one is heard and the other falls silent. False: there is none. */
  swap() {
    if (!this.#back.take) return false
    // a jump costs more than a few hundredths of a second
    if (Math.abs(this.drift) > 0.05 || this.paused) this.#align()
    const playing = !this.paused
    ;[this.#front, this.#back] = [this.#back, this.#front]
    this.rate = this.#rate
    if (playing && this.#front.audio.paused) void this.#front.audio.play()
    return true
  }

  async play() {
    void context?.resume()
    if (this.#back.take) this.#back.audio.play().catch(() => this.#back.set(undefined))
    await this.#front.audio.play()
    this.#keep()
  }

  pause() {
    for (const { audio } of [this.#front, this.#back]) audio.pause()
    this.#align()
    clearInterval(this.#watch)
  }

  seek(seconds) {
    const to = Math.max(0, Math.min(seconds, Math.max(0, this.duration - 0.05)))
    this.#front.audio.currentTime = to
    if (this.#back.take) this.#back.audio.currentTime = to
  }

  #align() {
    const { audio } = this.#back
    if (this.#back.take && audio.readyState > 0) audio.currentTime = this.#front.audio.currentTime
  }

  /** The silent one is led back into step by its speed, which nobody hears; far off, it jumps. */
  #keep() {
    clearInterval(this.#watch)
    this.#watch = setInterval(() => {
      if (this.paused || !this.#back.take) return
      const { audio } = this.#back
      const { drift } = this
      if (Math.abs(drift) > 0.4) this.#align()
      else
        audio.playbackRate = this.#rate * (Math.abs(drift) < 0.006 ? 1 : 1 + Math.max(-0.25, Math.min(0.25, drift * 3)))
    }, 60)
  }
}
