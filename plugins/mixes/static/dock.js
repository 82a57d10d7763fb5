// What plays goes on while one walks through pages: a dock at the foot of the window shows it wherever no player of it is on
// the page. It lives outside of <main>, which is all that changes as long as there is something in it.

import { deck } from './deck.js'
import { walk } from './walk.js'
import { clock } from './wave.js'

let dock

deck.addEventListener('change', () => {
  const wanted = Boolean(deck.track) && !document.getElementById(`player-${deck.track.track_id}`)
  // as long as the page is there that it is made of
  if (deck.track && !dock) dock = build()
  if (!dock) return
  dock.hidden = !wanted
  if (wanted) show()
})
deck.addEventListener('time', () => {
  if (!dock) return
  // htmx brought back a page of its own history, body and all
  if (!dock.isConnected) document.body.append(dock)
  if (!dock.hidden) time()
})

walk(() => Boolean(deck.track))

function build() {
  const template = document.querySelector('template[data-dock]')
  if (!template) return undefined
  const element = template.content.firstElementChild.cloneNode(true)
  element.addEventListener('click', ({ target }) => {
    const lead = {
      play: () => (deck.playing ? deck.pause() : deck.play()),
      previous: () => deck.skip(-1),
      next: () => deck.skip(1),
      close: () => deck.close()
    }
    lead[target.closest('button')?.dataset.dockPart]?.()
  })
  element
    .querySelector('[data-dock-part="seek"]')
    .addEventListener('input', event => deck.seek(Number(event.target.value)))
  const { styles } = element.dataset
  // the page it came from goes, and its styles perhaps with it
  if (!document.head.querySelector(`link[href="${CSS.escape(styles)}"]`))
    document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: styles }))
  document.body.append(element)
  return element
}

const part = name => dock.querySelector(`[data-dock-part="${name}"]`)

function show() {
  const { track, take, playing, problem } = deck
  part('title').textContent = track.title
  part('title').href = track.href
  part('what').textContent = problem
    ? JSON.parse(dock.dataset.words)[problem]
    : [take?.name, track.subtitle].filter(Boolean).join(' · ')
  part('what').classList.toggle('bad', Boolean(problem))
  part('play').ariaPressed = String(playing)
  part('previous').disabled = !deck.queue[deck.at - 1]
  part('next').disabled = !deck.queue[deck.at + 1]
  time()
}

function time() {
  const { time: at, duration } = deck
  const seek = part('seek')
  seek.max = String(duration || 1)
  seek.value = String(at)
  seek.ariaValueText = `${clock(at)} / ${clock(duration)}`
  part('time').textContent = `${clock(at)} / ${clock(duration)}`
}
