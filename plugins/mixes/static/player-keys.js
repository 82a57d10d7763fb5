// The player's keys, outside of fields, unless single keys are switched off in the sheet under `?`. They lead the player
// of the page; where there is none, what plays in the dock.

import { deck } from './deck.js'

const players = new Map()

/** Lets keys lead this player while it is there; gives what ends that. */
export function listen(element, lead) {
  players.set(element, lead)
  describe()
  return () => players.delete(element)
}

/** What leads the dock. */
const dock = {
  play: () => (deck.playing ? deck.pause() : deck.play()),
  by: seconds => deck.seek(deck.time + seconds),
  swap: () => deck.toggle(),
  mute: () => deck.set({ muted: !deck.muted })
}

const keys = {
  ' ': lead => lead.play(),
  ArrowLeft: lead => lead.by(-5),
  ArrowRight: lead => lead.by(5),
  ',': lead => lead.by(-1),
  '.': lead => lead.by(1),
  l: lead => lead.loop?.(),
  x: lead => lead.swap(),
  m: lead => lead.mute()
}
for (let number = 1; number <= 9; number++) keys[number] = lead => lead.take?.(number)

let going = 0

document.addEventListener('keydown', event => {
  const { key, target } = event
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return
  if (key === 'g') going = event.timeStamp
  // `g` and a letter leads elsewhere
  if (!Object.hasOwn(keys, key) || (going && event.timeStamp - going < 1200)) return
  if (localStorage.getItem('single-keys') === 'off') return
  if (target.closest('input, textarea, select, [contenteditable], dialog[open], [role="grid"], .menu')) return
  if (key === ' ' && target.closest('a, button, summary')) return
  const lead = leading()
  if (!lead) return
  event.preventDefault()
  keys[key](lead)
})

/** What is heard, else the player of the page, else the dock that waits. */
function leading() {
  const bound = [...players].find(([element]) => element.hasAttribute('data-bound'))
  if (bound) return bound[1]
  if (deck.track && deck.playing) return dock
  return players.values().next().value ?? (deck.track ? dock : undefined)
}

/** Adds the keys to the sheet, once; their words are in the page. */
function describe() {
  const sheet = document.querySelector('#shortcuts .dialog-body')
  const lines = document.querySelector('template[data-player-shortcuts]')
  if (!sheet || !lines || sheet.querySelector('[data-of-player]')) return
  sheet.querySelector('h3')?.before(lines.content.cloneNode(true))
}
