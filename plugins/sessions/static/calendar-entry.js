// What stands in a session's block. Text is set as text, never as markup.

/** A session as the calendar draws it: hours, who, what, people; all of it a link, so that the keyboard reaches it. */
export function described({ event, view }, setup) {
  const { session } = event.extendedProps
  if (!session) return ''
  const month = view.type === 'dayGridMonth'
  const link = linkTo(session, setup)
  const hours = line('entry-hours', month ? session.start.slice(11) : session.hours)
  if (session.state === 'option') hours.prepend(line('entry-rank', String(session.rank)))
  if (session.state === 'in_progress') hours.prepend(Object.assign(document.createElement('i'), { className: 'dot' }))
  link.append(hours, line('entry-who', session.who))
  if (month) return { domNodes: [link] }
  if (session.title) link.append(line('entry-title', session.title))
  if (session.people) link.append(line('entry-people', session.people))
  if (session.left) link.append(line('entry-option', session.left))
  return { domNodes: [link] }
}

function linkTo(session, { base }) {
  const link = Object.assign(document.createElement('a'), {
    className: 'entry',
    href: `${base}/sessions/${session.id}`,
    draggable: false
  })
  const parts = [session.hours, session.who, session.title, session.room, session.people, session.state_name]
  link.setAttribute('aria-label', parts.filter(Boolean).join(', '))
  link.title = [session.state_name, session.left, session.room, session.price].filter(Boolean).join(' · ')
  return link
}

const line = (className, textContent) => Object.assign(document.createElement('span'), { className, textContent })
