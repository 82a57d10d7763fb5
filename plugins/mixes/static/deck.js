// What plays: one for all pages that are walked through. The player, the lists and the dock show it and lead it; it says
// `change` when something of it is different, and `time` while it runs.

import { onLockScreen } from './lock-screen.js'
import { Voices } from './voices.js'

/** A page's own: what was set last time counts. */
const kept = name => Number(localStorage.getItem(`player-${name}`) ?? 1)

class Deck extends EventTarget {
  /** Tracks that follow one another: { track_id, title, subtitle, href, takes: [...] }. */
  queue = []
  at = -1
  playing = false
  waiting = false
  /** Why nothing is heard: gone, offline, signed_out, unreadable, blocked. */
  problem
  /** Equal loudness while two are compared. */
  level = localStorage.getItem('player-level') !== 'off'
  rate = 1
  volume = kept('volume')
  muted = false
  /** { from, until } in seconds. */
  loop
  #voices = new Voices(type => this.#heard(type))
  #tick
  #before = 0

  get track() {
    return this.queue[this.at]
  }
  get take() {
    return this.#voices.front
  }
  get other() {
    return this.#voices.back
  }
  get time() {
    return this.#voices.time
  }
  get duration() {
    return this.#voices.duration
  }
  get drift() {
    return this.#voices.drift
  }

  /**
   * Attenuation of a take so that the two compared are equally loud, 0 to 1: the quieter stays as it is, for raising it
   * would clip.
   */
  gain(take) {
    const { take: one, other } = this
    if (!this.level || !one || !other || one.lufs === null || other.lufs === null) return 1
    return Math.min(1, 10 ** ((Math.min(one.lufs, other.lufs) - take.lufs) / 20))
  }

  /** Begins with a take of a track of the queue; the same track goes on where it is. */
  load(queue, at, { take = queue[at].takes[0], seek = 0, play = true } = {}) {
    const same = this.track?.track_id === queue[at].track_id
    this.queue = queue
    this.at = at
    this.problem = undefined
    if (same && this.take) void this.choose(take, play)
    else this.#begin(take, seek, play)
  }

  #begin(take, seek, play) {
    this.loop = undefined
    this.#voices.set(take)
    this.#level()
    if (seek) this.seek(seek)
    if (play) void this.play()
    onLockScreen(this)
    this.#change()
  }

  /** Another take of the same track at the same position; what was heard is then what it is compared with. */
  async choose(take, play = this.playing) {
    if (this.take?.id !== take.id) {
      if (this.other?.id !== take.id && !(await this.#follow(take))) return
      this.swap()
    }
    if (play && !this.playing) await this.play()
  }

  /** Lets a take run along, to be swapped to; nothing ends the comparison. */
  async compare(take) {
    await this.#follow(take && take.id !== this.take?.id ? take : undefined)
  }

  /** A and B change places, at once. Without a B it is the one before A, or whichever there is. */
  async toggle() {
    if (!this.other) {
      const { takes } = this.track ?? { takes: [] }
      const at = takes.findIndex(({ id }) => id === this.take?.id)
      const next = [...takes.slice(at + 1), ...takes.slice(0, at).toReversed()].find(({ audio }) => audio)
      if (!next || !(await this.#follow(next))) return
    }
    this.swap()
  }

  swap() {
    if (this.#voices.swap()) this.#level()
    onLockScreen(this)
    this.#change()
  }

  async play() {
    this.problem = undefined
    try {
      await this.#voices.play()
    } catch (error) {
      if (error.name === 'NotAllowedError') this.problem = 'blocked'
      else if (error.name !== 'AbortError') await this.#explain()
    }
    this.#change()
  }

  pause() {
    this.#voices.pause()
    this.#change()
  }

  seek(seconds) {
    this.#voices.seek(seconds)
    this.dispatchEvent(new Event('time'))
  }

  skip(by) {
    const to = this.at + by
    if (this.queue[to]) this.load(this.queue, to)
  }

  set(fields) {
    Object.assign(this, fields)
    if (fields.rate) this.#voices.rate = fields.rate
    if ('volume' in fields) localStorage.setItem('player-volume', String(this.volume))
    if ('level' in fields) localStorage.setItem('player-level', this.level ? 'on' : 'off')
    this.#level()
    this.#change()
  }

  close() {
    this.#voices.pause()
    this.#voices.set(undefined)
    Object.assign(this, { queue: [], at: -1, playing: false, problem: undefined, loop: undefined })
    onLockScreen(this)
    this.#change()
  }

  async #follow(take) {
    try {
      await this.#voices.follow(take)
    } catch {
      this.problem = await whyNot(take)
      await this.#voices.follow(undefined)
      this.#change()
      return false
    }
    this.#level()
    this.#change()
    return true
  }

  #level() {
    const { take, other, volume, muted } = this
    this.#voices.levels(take ? volume * this.gain(take) : volume, other ? volume * this.gain(other) : volume, muted)
  }

  #heard(type) {
    if (type === 'ended') return this.loop ? this.#again() : this.#next()
    if (type === 'error' && this.take) return void this.#explain()
    if (type === 'waiting' || type === 'playing') this.waiting = type === 'waiting'
    if (type === 'seeked') return this.dispatchEvent(new Event('time'))
    this.#change()
  }

  #again() {
    this.seek(this.loop.from)
    void this.play()
  }

  #next() {
    if (this.queue[this.at + 1]) this.skip(1)
    else this.#change()
  }

  async #explain() {
    this.problem = await whyNot(this.take)
    this.#change()
  }

  #change() {
    this.playing = !this.#voices.paused
    if (this.playing) this.#tick ??= setInterval(() => this.#run(), 40)
    else {
      clearInterval(this.#tick)
      this.#tick = undefined
    }
    this.dispatchEvent(new Event('change'))
    this.dispatchEvent(new Event('time'))
  }

  #run() {
    // it moves again: not every browser says so
    if (this.waiting && this.time !== this.#before) {
      this.waiting = false
      this.#change()
    }
    this.#before = this.time
    if (this.loop && this.time >= this.loop.until) this.seek(this.loop.from)
    else this.dispatchEvent(new Event('time'))
  }
}

/** A sound's error says little; what the server says of its address says more. */
async function whyNot(take) {
  if (!navigator.onLine) return 'offline'
  try {
    const { status } = await fetch(take.audio, { method: 'HEAD' })
    if (status === 401 || status === 403) return 'signed_out'
    return status === 404 || status === 410 ? 'gone' : status >= 500 ? 'offline' : 'unreadable'
  } catch {
    return 'offline'
  }
}

export const deck = new Deck()
