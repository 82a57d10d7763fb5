// The calendar: rooms side by side, drag to book, to move and to resize. All times are the studio's wall clock, as text;
// the library is told the studio's distance from UTC for its now-line, and never sees a zone.
import { controls, honest, rereading } from './calendar-controls.js'
import { dialog } from './calendar-dialog.js'
import { described } from './calendar-entry.js'
import { moves } from './calendar-moves.js'

const views = { week: 'resourceTimeGridWeek', day: 'resourceTimeGridDay', month: 'dayGridMonth' }

export default function calendar(element) {
  const setup = JSON.parse(element.dataset.setup)
  // on a phone the agenda below says the same in a column
  const wide = matchMedia('(min-width: 721px)')
  let stop
  const draw = () => {
    if (wide.matches && !stop) stop = show(element, setup)
    if (!wide.matches && stop) stop = void stop()
  }
  wide.addEventListener('change', draw)
  draw()
  filters()
  if (!wide.matches && !new URL(location.href).searchParams.has('day')) {
    document.querySelector('[data-today]')?.scrollIntoView({ block: 'center' })
  }
  return () => {
    wide.removeEventListener('change', draw)
    stop?.()
  }
}

/** A choice of room or person is taken at once; without script there is a button. */
function filters() {
  document.body.classList.add('calendar-scripted')
  for (const field of document.querySelectorAll('.calendar-filters select')) {
    field.addEventListener('change', () => field.form.requestSubmit())
  }
}

function show(element, setup) {
  const off = new AbortController()
  const state = { setup, known: [] }
  let calendar
  state.reread = rereading(() => calendar.refetchEvents(), off.signal)
  void library(element.dataset.library).then(EventCalendar => {
    if (off.signal.aborted) return
    document.body.classList.add('calendar-ready')
    calendar = EventCalendar.create(element, options(state))
    honest(element, off.signal)
    controls(() => calendar, state, off.signal)
  })
  return () => {
    off.abort()
    document.body.classList.remove('calendar-ready')
    if (calendar) globalThis.EventCalendar.destroy(calendar)
  }
}

/** The library is a classic script that leaves one name. */
function library(src) {
  if (globalThis.EventCalendar) return Promise.resolve(globalThis.EventCalendar)
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src })
    script.addEventListener('load', () => resolve(globalThis.EventCalendar))
    script.addEventListener('error', reject)
    document.head.append(script)
  })
}

function options(state) {
  const { setup } = state
  const { locale, slot, starts, ends, write, rooms, words } = setup
  const seconds = minutes => ({ minutes })
  const { moved, canDrop } = moves(state)
  const book = dialog(setup, state.reread)
  const shown = rooms.filter(room => !setup.room || room.id === setup.room)
  return {
    view: views[setup.view],
    date: setup.day,
    locale: locale === 'fr' ? 'fr-FR' : 'en-GB',
    firstDay: 1,
    timeZone: zone(setup.offset),
    headerToolbar: { start: '', center: '', end: '' },
    resources: shown.map(({ id, name, colour }) => ({ id, title: { html: roomTitle(name, colour) } })),
    datesAboveResources: true,
    eventSources: [{ events: info => feed(state, info) }],
    lazyFetching: false,
    slotDuration: seconds(slot),
    snapDuration: seconds(Math.min(slot, 15)),
    slotMinTime: starts,
    slotMaxTime: ends,
    slotHeight: 24,
    slotLabelFormat: clockText,
    flexibleSlotTimeLimits: { eventFilter: event => outside(event, starts, ends) },
    moreLinkContent: ({ num }) => words.others.replace('{n}', num),
    scrollTime: '09:00',
    height: '100%',
    allDaySlot: false,
    slotEventOverlap: false,
    nowIndicator: true,
    highlightedDates: [setup.today],
    dayHeaderFormat: date => dayText(date, locale, setup.view),
    eventTimeFormat: clockText,
    eventContent: info => described(info, setup),
    eventClassNames: ({ event }) => event.extendedProps.classes ?? [],
    dayMaxEvents: true,
    editable: write,
    eventResizableFromStart: true,
    selectable: write,
    selectMinDistance: 6,
    longPressDelay: 400,
    dragConstraint: canDrop,
    resizeConstraint: canDrop,
    eventDrop: moved,
    eventResize: moved,
    select: ({ startStr, endStr, resource, allDay }) =>
      book({ start: startStr, end: endStr, room: resource?.id, allDay }),
    dateClick: ({ dateStr, resource, allDay }) => write && book({ start: dateStr, room: resource?.id, allDay }),
    eventDragStop: () => (state.dropped = performance.now()),
    eventResizeStop: () => (state.dropped = performance.now()),
    noEventsContent: '',
    buttonText: text => ({ ...text, today: words.today }),
    views: {
      resourceTimeGridWeek: { columnWidth: columnWidth(7 * shown.length), duration: { weeks: 1 } },
      resourceTimeGridDay: { columnWidth: columnWidth(shown.length) }
    }
  }
}

/** Begins or ends where the day as it is set does not reach: then it is shown longer. */
function outside({ display, start, end }, starts, ends) {
  if (display === 'background') return false
  const midnight = new Date(start)
  midnight.setHours(0, 0, 0, 0)
  const last = Number(ends.slice(0, 2)) * 60 + Number(ends.slice(3))
  return clockText(start) < starts || (end - midnight) / 60_000 > last
}

/** Columns share the width; where there are too many of them the calendar scrolls. */
const columnWidth = columns => (columns > 9 ? '98px' : undefined)

async function feed(state, { startStr, endStr }) {
  const { base, room, person, words, rooms } = state.setup
  const query = new URLSearchParams({ start: startStr.slice(0, 10), end: endStr.slice(0, 10) })
  if (room) query.set('room', room)
  if (person) query.set('person', person)
  const answer = await fetch(`${base}/sessions/feed?${query}`, { headers: { accept: 'application/json' } })
  if (answer.status === 401) return location.reload()
  if (!answer.ok) throw new Error(words.load)
  const { sessions, closed, blocked } = await answer.json()
  state.known = sessions
  const inUse = new Set(rooms.map(({ id }) => id))
  return [
    ...sessions.filter(({ room_id }) => inUse.has(room_id)).map(entry),
    ...closed.map(({ room_id, start, end }, index) => ({
      id: `closed-${index}`,
      resourceIds: [room_id],
      start: start.replace('T', ' '),
      end: end.replace('T', ' '),
      display: 'background',
      extendedProps: { classes: ['closed-hours'] }
    })),
    ...blocked.map(({ room_id, start, end, label }, index) => ({
      id: `blocked-${index}`,
      // an absence of the person looked at is one in every room
      resourceIds: room_id === null ? [...inUse] : [room_id],
      start: start.replace('T', ' '),
      end: end.replace('T', ' '),
      display: 'background',
      extendedProps: { classes: ['closed-hours', 'blocked-hours'], label }
    }))
  ]
}

function entry(session) {
  const { id, room_id, start, end, who, state, colour, fixed, late, double, away } = session
  const warns = late || double || away
  const classes = [`booking-${state}`, `room-${colour}`, ...(warns ? ['booking-late'] : [])]
  return {
    id: String(id),
    resourceIds: [room_id],
    start: start.replace('T', ' '),
    end: end.replace('T', ' '),
    title: who,
    editable: fixed ? false : undefined,
    extendedProps: { session, classes }
  }
}

function roomTitle(name, colour) {
  const label = Object.assign(document.createElement('span'), { textContent: name })
  return `<span class="room-name room-${colour}"><i class="swatch"></i>${label.outerHTML}</span>`
}

const two = number => String(number).padStart(2, '0')
const clockText = date => `${two(date.getHours())}:${two(date.getMinutes())}`
const dayText = (date, locale, view) =>
  new Intl.DateTimeFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', {
    weekday: 'short',
    ...(view !== 'month' && { day: 'numeric' })
  }).format(date)
const zone = offset =>
  `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
