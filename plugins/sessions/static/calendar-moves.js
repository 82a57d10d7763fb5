// Moving and resizing: shown at once, saved behind, put back with the reason when it is refused, undone on demand.

/** What the calendar calls while something is dragged, and after. */
export function moves(state) {
  const { setup } = state
  let refused

  /** Over something that keeps it out, the drop is not allowed, and the message says who is there. */
  function canDrop({ event, resource }) {
    const { session } = event.extendedProps
    const room = Number(resource?.id ?? event.resourceIds[0])
    const [from, to] = [textOf(event.start), textOf(event.end)]
    const other = state.known.find(
      one => one.id !== session.id && one.start < to && from < one.end && collide(session, one, room)
    )
    refused = other && setup.words.taken.replace('{who}', `${other.who}, ${other.hours}`)
    hint(refused)
    return !other
  }

  async function moved(info) {
    hint()
    const { event, oldEvent, revert, newResource } = info
    const { session } = event.extendedProps
    const room_id = Number(newResource?.id ?? event.resourceIds[0] ?? session.room_id)
    const was = { room_id: session.room_id, start: session.start, end: session.end }
    const to = { room_id, start: textOf(event.start), end: textOf(event.end) }
    // let go where it was, of itself or because the place is taken
    if (Object.keys(to).every(key => to[key] === was[key])) {
      if (refused) say({ kind: 'bad', text: refused })
      return
    }
    const answer = await save(setup, session, to)
    if (!answer.ok) {
      revert(oldEvent)
      say({ kind: 'bad', text: answer.text })
      return
    }
    Object.assign(session, to, { version: answer.version })
    state.reread()
    const done = [session.booking ? setup.words.moved_one : setup.words.moved, answer.price].filter(Boolean).join(' · ')
    say({ text: done, undo: setup.words.undo, onUndo: () => putBack(session, was) })
  }

  async function putBack(session, was) {
    const answer = await save(setup, session, was)
    state.reread()
    say(answer.ok ? { text: setup.words.undone } : { kind: 'bad', text: answer.text })
  }

  return { moved, canDrop }
}

/** The database's rule, as far as what is on the screen can tell: it has the last word. */
function collide(mine, other, room) {
  const people = mine.person_ids.some(id => other.person_ids.includes(id))
  if (other.room_id !== room && !people) return false
  if (other.state === 'no_show') return false
  return mine.state !== 'option' || other.state !== 'option' || mine.rank === other.rank
}

async function save({ base, words }, session, { room_id, start, end }) {
  const [[day, starts], [ends_day, ends]] = [start.split('T'), end.split('T')]
  const body = new URLSearchParams({ room_id, day, starts, ends_day, ends, version: session.version })
  try {
    const answer = await fetch(`${base}/sessions/${session.id}/move`, { method: 'POST', body })
    if (answer.status === 401) location.reload()
    const said = await answer.json()
    if (answer.ok) return { ok: true, ...said }
    return { ok: false, text: Object.values(said.errors ?? {}).join(' ') || words.failed }
  } catch {
    return { ok: false, text: words.failed }
  }
}

/** A message like those of app.js; an undo here is a call, not a form. */
function say({ kind = 'good', text, undo, onUndo }) {
  const detail = { kind, text }
  document.body.dispatchEvent(new CustomEvent('toast', { detail, bubbles: true }))
  if (!undo) return
  const button = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'button small',
    textContent: undo
  })
  const toast = document.getElementById('toasts').lastElementChild
  button.addEventListener('click', () => {
    toast.remove()
    onUndo()
  })
  toast.append(button)
}

/** What is said while the pointer holds a session. */
function hint(text) {
  const calendar = document.getElementById('calendar')
  let box = calendar.parentElement.querySelector('.drag-hint')
  if (!text) return box?.remove()
  if (!box) {
    box = Object.assign(document.createElement('p'), { className: 'drag-hint' })
    box.setAttribute('role', 'status')
    calendar.after(box)
  }
  box.textContent = text
}

const two = number => String(number).padStart(2, '0')

/** What the calendar calls a time, as the feed writes it: `2026-03-29T14:30`, the studio's wall clock. */
export const textOf = date =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
