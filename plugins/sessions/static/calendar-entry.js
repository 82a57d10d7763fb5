// What stands in a session's block. Text is set as text, never as markup.
import { textOf } from './calendar-moves.js'

/** A session as the calendar draws it: hours, who, what, people; all of it a link, so that the keyboard reaches it. */
export function described({ event, view }, setup) {
  const { session, label } = event.extendedProps
  if (label) return { domNodes: [line('blocked-label', label)] }
  if (!session) return ''
  const month = view.type === 'dayGridMonth'
  const when = hoursOf(event, session)
  const link = linkTo(session, when, setup)
  const marks = [session.double, session.away].filter(Boolean)
  const hours = line('entry-hours', month ? session.start.slice(11) : when)
  if (session.state === 'option') hours.prepend(line('entry-rank', String(session.rank)))
  if (session.booking) hours.append(mark(session.booking))
  if (session.state === 'in_progress') hours.prepend(Object.assign(document.createElement('i'), { className: 'dot' }))
  link.append(hours, ...marks.map(mark => line('entry-mark', mark)), line('entry-who', session.who))
  if (month) return { domNodes: [link] }
  if (session.title) link.append(line('entry-title', session.title))
  if (session.people) link.append(line('entry-people', session.people))
  if (session.left) link.append(timeLeft(session))
  return { domNodes: [link] }
}

/** While it is dragged, and until it is saved, those it would have. */
function hoursOf({ start, end }, session) {
  const [from, to] = [textOf(start), textOf(end)]
  if (from === session.start && to === session.end) return session.hours
  return `${from.slice(11)}–${to.slice(11)}`
}

function linkTo(session, when, { base, words }) {
  const link = Object.assign(document.createElement('a'), {
    className: 'entry',
    href: `${base}/sessions/${session.id}`,
    draggable: false
  })
  const parts = [
    when,
    session.who,
    session.booking && words.marks[session.booking],
    session.title,
    session.room,
    session.people,
    session.state_name,
    session.double,
    session.away
  ]
  link.setAttribute('aria-label', parts.filter(Boolean).join(', '))
  link.title = [session.state_name, session.left, session.room, session.price].filter(Boolean).join(' · ')
  return link
}

/** Goes on by itself, as long as the page is open. */
function timeLeft({ left, until }) {
  const soon = until - Date.now() < 6 * 3_600_000
  const text = line(`entry-option${soon ? ' badge-soon' : ''}`, left)
  text.dataset.until = until
  return text
}

const line = (className, textContent) => Object.assign(document.createElement('span'), { className, textContent })

/** That it is one of several days or of a series; the link's name says it in words. */
function mark(kind) {
  const shape = document.getElementById('booking-marks')?.content.querySelector(`[data-mark="${kind}"]`)
  const text = line('entry-booking', '')
  if (shape) text.append(shape.firstElementChild.cloneNode(true))
  return text
}
