// The waveform under the hand: a click or a drag goes there, with shift it marks a loop; arrows go by five seconds.

import { clock } from './wave.js'

/** `length()` and `now()` in seconds. Gives what draws it: `at(seconds, length)`, `draw(path)`, `loop({ from, until })`. */
export function waveform(element, { length, now, seek, loop, signal }) {
  const part = name => element.querySelector(`[data-wave="${name}"]`)
  const hover = part('hover')
  let dragged

  const secondsAt = event => {
    const { left, width } = element.getBoundingClientRect()
    return Math.max(0, Math.min(1, (event.clientX - left) / width)) * length()
  }
  const place = (mark, seconds) => (mark.style.left = `${(100 * seconds) / (length() || 1)}%`)
  const span = ({ from, until }) => {
    const end = Math.min(until, length())
    part('loop').hidden = !(end > from)
    place(part('loop'), from)
    part('loop').style.width = `${(100 * (end - from)) / (length() || 1)}%`
  }

  element.addEventListener('pointerdown', event => {
    if (event.button !== 0) return
    element.setPointerCapture(event.pointerId)
    dragged = { from: secondsAt(event), shift: event.shiftKey }
    if (!event.shiftKey) seek(dragged.from)
  })
  element.addEventListener('pointermove', event => {
    const seconds = secondsAt(event)
    hover.textContent = clock(seconds)
    place(hover, seconds)
    if (!dragged) return
    if (dragged.shift) span(inOrder(dragged.from, seconds))
    else seek(seconds)
  })
  element.addEventListener('pointerup', event => {
    const { from, until } = inOrder(dragged?.from ?? 0, secondsAt(event))
    if (dragged?.shift && until - from > 0.2) loop(from, until)
    dragged = undefined
  })
  element.addEventListener('pointercancel', () => (dragged = undefined))
  // the slider's own keys, for those who come to it by Tab; single keys may be switched off
  element.addEventListener('keydown', event => {
    const to = {
      ArrowLeft: now() - 5,
      ArrowRight: now() + 5,
      ArrowDown: now() - 5,
      ArrowUp: now() + 5,
      Home: 0,
      End: length()
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    seek(to)
  })
  signal.addEventListener('abort', () => (dragged = undefined))

  return {
    at(seconds, all) {
      const share = all > 0 ? Math.min(1, seconds / all) : 0
      part('done').style.clipPath = `inset(0 ${100 - share * 100}% 0 0)`
      part('head').style.left = `${share * 100}%`
      element.ariaValueMax = String(Math.round(all))
      element.ariaValueNow = String(Math.round(seconds))
      element.ariaValueText = `${clock(seconds)} / ${clock(all)}`
    },
    draw(path) {
      for (const line of element.querySelectorAll('path')) line.setAttribute('d', path || 'M0 127h900v2h-900z')
    },
    loop: one => (one ? span(one) : (part('loop').hidden = true))
  }
}

const inOrder = (one, other) => ({ from: Math.min(one, other), until: Math.max(one, other) })
