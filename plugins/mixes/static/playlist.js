// Tracks of a list, heard one after another: each `[data-playing]` is a link to its listening page, and with script plays.

import { deck } from './deck.js'
import './dock.js'
import './player-keys.js'

export default function playlist(element) {
  const stop = new AbortController()
  const { signal } = stop
  const links = [...element.querySelectorAll('[data-playing]')]
  const queue = links.map(link => JSON.parse(link.dataset.playing))
  const current = track => deck.track?.track_id === track.track_id && deck.take?.id === track.takes[0].id

  element.addEventListener('click', event => {
    const at = links.indexOf(event.target.closest('[data-playing]'))
    if (at < 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    // versions of one track do not follow one another
    const alone = element.hasAttribute('data-single')
    if (!current(queue[at])) deck.load(alone ? [queue[at]] : queue, alone ? 0 : at)
    else if (deck.playing) deck.pause()
    else void deck.play()
  })
  const show = () => {
    links.forEach((link, at) => {
      const plays = current(queue[at]) && deck.playing
      link.toggleAttribute('data-plays', plays)
      link.ariaLabel = plays ? link.dataset.pause : link.dataset.play
    })
  }
  deck.addEventListener('change', show, { signal })
  show()
  element.dataset.ready = ''
  return () => stop.abort()
}
