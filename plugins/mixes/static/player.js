// The player of a track: its waveform, what leads it, and which of its revisions is heard. What plays is the deck's, and goes
// on when this page is left. Fragments beside it speak with it by events: it says `player:time` { ms, revision_id }, and
// goes where `player:seek` { ms, until_ms?, revision_id? } says.

import { deck } from './deck.js'
import { listen } from './player-keys.js'
import { marks } from './player-marks.js'
import { clock, pathOf } from './wave.js'
import { waveform } from './player-wave.js'
import { put, readPage } from './swap.js'
import './dock.js'

export default function player(element) {
  const track = JSON.parse(element.dataset.track)
  const words = JSON.parse(element.dataset.words)
  const part = name => element.querySelector(`[data-part="${name}"]`)
  const stop = new AbortController()
  const { signal } = stop
  let chosen = track.takes.find(({ id }) => id === Number(element.dataset.chosen)) ?? track.takes[0]
  let drawn = chosen.id
  let told = 0

  const mine = () => deck.track?.track_id === track.track_id
  /** The deck holds this track; what it plays else is left for it. */
  const own = options => {
    if (!mine() || !deck.take) deck.load([track], 0, { take: chosen, play: false, ...options })
  }
  const lengthOf = take => (take?.duration_ms ?? 0) / 1000
  const length = () => (mine() && deck.duration) || lengthOf(chosen)
  const seek = (seconds, play) => {
    own({ seek: seconds, play: Boolean(play) })
    deck.seek(seconds)
    if (play && !deck.playing) void deck.play()
    tell(true)
  }

  const lead = {
    play: () => {
      own()
      return deck.playing ? deck.pause() : deck.play()
    },
    swap: () => (own(), deck.toggle()),
    level: () => deck.set({ level: !deck.level }),
    mute: () => deck.set({ muted: !deck.muted }),
    loop: () => {
      own()
      const { loop, time } = deck
      if (!loop) deck.set({ loop: { from: time, until: Infinity } })
      else if (loop.until === Infinity && time > loop.from + 0.05) deck.set({ loop: { from: loop.from, until: time } })
      else deck.set({ loop: undefined })
    },
    by: seconds => (mine() ? seek(deck.time + seconds) : undefined),
    take: number => choose(track.takes[number - 1])
  }

  const wave = waveform(part('wave'), {
    length,
    now: () => (mine() ? deck.time : 0),
    seek: seconds => seek(seconds, !mine() || deck.playing),
    loop: setLoop,
    signal
  })
  const marking = marks(element, {
    length,
    seek: (seconds, loop) => (seek(seconds), loop && deck.set({ loop })),
    signal
  })

  function setLoop(from, until) {
    own({ seek: from })
    deck.set({ loop: { from, until } })
    seek(from)
  }

  async function choose(take) {
    if (!take?.audio || take.id === chosen.id) return
    chosen = take
    if (mine()) await deck.choose(take, deck.playing)
    else show()
    for (const link of element.querySelectorAll('[data-take]'))
      link.ariaCurrent = Number(link.dataset.take) === take.id ? 'true' : null
    const beside = document.querySelector('[data-beside]')
    const address = element.querySelector(`[data-take="${take.id}"]`)?.getAttribute('href')
    if (!beside || !address) return
    history.replaceState(history.state, '', address)
    htmx.ajax('GET', address, { target: `#${beside.id}`, select: `#${beside.id}`, swap: 'outerHTML' })
  }

  function show() {
    const take = mine() ? (deck.take ?? chosen) : chosen
    if (mine()) deck.track.takes = track.takes
    element.toggleAttribute('data-bound', mine())
    if (take.id !== drawn) {
      drawn = take.id
      const draw = path => drawn === take.id && wave.draw(path)
      if (take.peaks) pathOf(take.peaks).then(draw, () => draw(''))
      else draw('')
    }
    part('play').ariaPressed = String(mine() && deck.playing)
    part('play').ariaBusy = mine() && deck.playing && deck.waiting ? 'true' : null
    part('level').ariaPressed = String(deck.level)
    part('mute').ariaPressed = String(deck.muted)
    part('loop').ariaPressed = String(mine() && Boolean(deck.loop))
    part('speed').value = String(deck.rate)
    part('volume').value = String(deck.volume)
    part('compare').value = String((mine() && deck.other?.id) || '')
    part('swap').ariaPressed = String(mine() && Boolean(deck.other) && take.id !== chosen.id)
    part('heard').textContent = heard(take)
    for (const link of element.querySelectorAll('[data-take]'))
      link.toggleAttribute('data-heard', mine() && Number(link.dataset.take) === take.id)
    const problem = mine() && deck.problem
    part('problem').hidden = !problem
    part('problem').lastElementChild.textContent = problem ? words[problem] : ''
    wave.loop(mine() ? deck.loop : undefined)
    marking.place()
    time()
  }

  /** Its name, and by how much it was turned down to be as loud as the other. */
  function heard(take) {
    const turned = mine() && deck.other ? 20 * Math.log10(deck.gain(take)) : 0
    const decibels = turned.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })
    return turned < -0.05 ? `${take.name} (${decibels.replace('-', '−')} dB)` : take.name
  }

  function time() {
    const at = mine() ? deck.time : 0
    wave.at(at, length())
    part('time').textContent = clock(at)
    part('length').textContent = clock(length())
    if (mine()) tell(false)
  }

  /** Four times a second is enough for what stands beside. */
  function tell(now) {
    if (!now && performance.now() - told < 240) return
    told = performance.now()
    const take = deck.take ?? chosen
    element.dispatchEvent(
      new CustomEvent('player:time', {
        bubbles: true,
        detail: { ms: Math.round(deck.time * 1000), revision_id: take.id }
      })
    )
  }

  deck.addEventListener('change', show, { signal })
  deck.addEventListener('time', time, { signal })
  element.addEventListener('player:seek', ({ detail: { ms, until_ms, revision_id } }) => {
    const take = track.takes.find(({ id }) => id === revision_id)
    if (take && take.id !== chosen.id) void choose(take)
    seek(ms / 1000)
    if (until_ms) deck.set({ loop: { from: ms / 1000, until: until_ms / 1000 } })
    else if (deck.loop) deck.set({ loop: undefined })
  })
  element.addEventListener('click', event => {
    const link = event.target.closest('[data-take]')
    const button = event.target.closest('[data-part]')
    if (link && !event.metaKey && !event.ctrlKey) {
      event.preventDefault()
      void choose(track.takes.find(({ id }) => id === Number(link.dataset.take)))
    } else if (button?.matches('button')) lead[button.dataset.part]?.()
  })
  part('speed').addEventListener('change', event => deck.set({ rate: Number(event.target.value) }))
  part('volume').addEventListener('input', event => deck.set({ volume: Number(event.target.value), muted: false }))
  part('compare').addEventListener('change', event => {
    own()
    void deck.compare(track.takes.find(({ id }) => id === Number(event.target.value)))
  })
  for (const fact of ['filed', 'analysed', 'files-changed'])
    document.body.addEventListener(`fact:mixes.${fact}`, event => void refresh(event.detail), {
      signal
    })

  /** A revision came, or was measured: the parts of the page that show it are read anew; what plays is the deck's. */
  async function refresh({ track_id }) {
    const parts = [...document.querySelectorAll('[data-fresh]')]
    if (track_id !== track.track_id || parts.length === 0) return
    // nobody answers: it stays as it is, and live.js says so and reads again later
    const { parsed } = await readPage(`?revision=${chosen.id}`, signal).catch(() => ({}))
    for (const old of parsed ? parts : []) {
      const fresh = parsed.getElementById(old.id)
      if (fresh) put(old, fresh)
    }
  }

  part('controls').hidden = false
  element.dataset.ready = String(Math.round(performance.now()))
  const silence = listen(element, lead)
  // the dock gives way to it
  deck.dispatchEvent(new Event('change'))
  return () => {
    stop.abort()
    silence()
    marking.stop()
    deck.dispatchEvent(new Event('change'))
  }
}
