// Tracks are taken by their handle, with a mouse or a thumb, and let go where they are to stand; with Alt and the arrows
// they move from wherever the focus is in their row. What is sent is the form of their buttons, which works without script.

/** @param {HTMLElement} list */
export default function tracks(list) {
  const stop = new AbortController()
  const { signal } = stop
  const place = row => [...list.children].indexOf(row)
  const send = (row, position) => {
    // gone with the answer, which is the list as it is then
    const button = Object.assign(document.createElement('button'), { name: 'position', value: position, hidden: true })
    const form = row.querySelector('.track-steps')
    form.append(button)
    form.requestSubmit(button)
    announce(list.dataset.moved.replace('{n}', position))
  }

  let held
  let before
  list.addEventListener(
    'pointerdown',
    event => {
      const handle = event.target.closest('.track-handle')
      if (!handle || event.button !== 0) return
      event.preventDefault()
      held = handle.closest('.track')
      before = place(held)
      held.classList.add('track-held')
      handle.setPointerCapture(event.pointerId)
    },
    { signal }
  )
  list.addEventListener(
    'pointermove',
    event => {
      if (!held) return
      // the others step aside: what holds the pointer must stay in the page
      const { previousElementSibling: above, nextElementSibling: below } = held
      if (above && event.clientY < middle(above)) held.after(above)
      else if (below && event.clientY > middle(below)) held.before(below)
    },
    { signal }
  )
  const drop = event => {
    if (!held) return
    const row = held
    held = undefined
    row.classList.remove('track-held')
    if (event.type === 'pointerup' && place(row) !== before) send(row, Number(list.dataset.first) + place(row))
  }
  list.addEventListener('pointerup', drop, { signal })
  list.addEventListener('pointercancel', drop, { signal })

  list.addEventListener(
    'keydown',
    event => {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
      const row = event.target.closest('.track')
      event.preventDefault()
      row?.querySelector(event.key === 'ArrowUp' ? '[id^="up-"]' : '[id^="down-"]')?.click()
    },
    { signal }
  )
  return () => stop.abort()
}

const middle = row => {
  const { top, height } = row.getBoundingClientRect()
  return top + height / 2
}

/** For screen readers. */
function announce(text) {
  let place = document.getElementById('tracks-said')
  if (!place) {
    place = Object.assign(document.createElement('p'), {
      id: 'tracks-said',
      className: 'visually-hidden',
      role: 'status'
    })
    document.body.append(place)
  }
  place.textContent = text
}
