// What stands in a session's block. Text is set as text, never as markup.

/** A session as the calendar draws it: hours, who, what, people; a link, so that the keyboard reaches it. */
export function described({ event, view }, setup) {
  const { session } = event.extendedProps
  if (!session) return ''
  const month = view.type === 'dayGridMonth'
  const nodes = [line('entry-hours', month ? session.start.slice(11) : session.hours), link(session, setup)]
  if (!month) {
    if (session.title) nodes.push(line('entry-title', session.title))
    if (session.people) nodes.push(line('entry-people', session.people))
    if (session.state === 'option') nodes.push(line('entry-option', session.left))
  } else nodes.push(line('entry-room', session.room))
  if (session.state === 'option') nodes[0].prepend(line('entry-rank', String(session.rank)))
  if (session.state === 'in_progress')
    nodes[0].prepend(Object.assign(document.createElement('i'), { className: 'dot' }))
  return { domNodes: nodes }
}

function link(session, { base }) {
  const a = Object.assign(document.createElement('a'), {
    className: 'entry-who',
    href: `${base}/sessions/${session.id}`,
    textContent: session.who,
    draggable: false
  })
  const parts = [session.hours, session.who, session.title, session.room, session.people, session.state_name]
  a.setAttribute('aria-label', parts.filter(Boolean).join(', '))
  a.title = [session.state_name + (session.left ? ` · ${session.left}` : ''), session.price].filter(Boolean).join(' · ')
  return a
}

const line = (className, textContent) => Object.assign(document.createElement('span'), { className, textContent })
