// What stands around the calendar: the buttons and keys for its days, its title and address, and facts from elsewhere.

/** Previous, next, today and the keys for them; facts of other people make it read again. */
export function controls(calendar, state, signal) {
  const go = to => {
    if (to === 'today') calendar().setOption('date', state.setup.today)
    else calendar()[to === 'next' ? 'next' : 'prev']()
    settle(calendar(), state)
  }
  document.addEventListener(
    'click',
    event => {
      const link = event.target.closest('[data-go-to]')
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      go(link.dataset.goTo)
    },
    { signal }
  )
  pressing(state, signal)
  const keys = { ArrowLeft: 'previous', ArrowRight: 'next', t: 'today' }
  document.addEventListener(
    'keydown',
    event => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target.closest('input, textarea, select, dialog[open], [role="tablist"]')) return
      if (localStorage.getItem('single-keys') === 'off') return
      event.preventDefault()
      go(keys[event.key])
    },
    { signal }
  )
  let waiting
  document.body.addEventListener(
    'fact',
    ({ detail: { fact } }) => {
      if (fact !== 'reconnected' && !fact.startsWith('sessions.')) return
      clearTimeout(waiting)
      waiting = setTimeout(() => state.reread(), 120)
    },
    { signal }
  )
}

/** Letting go of a session is no click on it; a click on the edge by which it is resized is one. */
function pressing(state, signal) {
  document.addEventListener('pointerdown', () => (state.dropped = undefined), { capture: true, signal })
  document.addEventListener(
    'click',
    event => {
      const session = event.target.closest('.ec-event')
      if (!session) return
      if (performance.now() - (state.dropped ?? -1000) < 300) return event.preventDefault()
      if (event.target.matches('.ec-resizer'))
        session.querySelector('a.entry')?.dispatchEvent(new MouseEvent('click', event))
    },
    { capture: true, signal }
  )
}

/**
 * Gives the function that reads the sessions again. It waits while a button or finger is down: what is under it would be
 * drawn anew, and a drag broken, or a click lost between the old and the new.
 */
export function rereading(read, signal) {
  let [held, wanted] = [false, false]
  const reread = () => {
    wanted = held
    if (!held) read()
  }
  const up = () => {
    held = false
    // the click comes after the release
    setTimeout(() => wanted && !signal.aborted && reread(), 60)
  }
  document.addEventListener('pointerdown', ({ button }) => (held ||= button === 0), { capture: true, signal })
  for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, up, { capture: true, signal })
  return reread
}

/** The address and the title follow what is shown. */
function settle(calendar, { setup }) {
  const view = calendar.getView()
  const date = calendar.getOption('date')
  const day = dayOf(setup.view === 'month' ? view.currentStart : date)
  const url = new URL(location.href)
  url.searchParams.set('day', day)
  url.searchParams.set('view', setup.view)
  history.replaceState(null, '', url)
  const title = document.getElementById('calendar-title')
  title.textContent = titleOf(view, setup)
  for (const link of document.querySelectorAll(
    '.tabs a[href*="view="], .page-actions a[href*="/print"], [data-main-action]'
  )) {
    link.href = link.href.replace(/day=\d{4}-\d\d-\d\d/, `day=${day}`).replace(/day\/\d{4}-\d\d-\d\d/, `day/${day}`)
  }
}

function titleOf(view, { locale, view: name }) {
  const write = (date, options) => new Intl.DateTimeFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', options).format(date)
  if (name === 'month') return capital(write(view.currentStart, { month: 'long', year: 'numeric' }))
  const long = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }
  if (name === 'day') return write(view.currentStart, long)
  const short = { weekday: 'short', day: 'numeric', month: 'short' }
  const last = new Date(view.currentEnd)
  last.setDate(last.getDate() - 1)
  return `${write(view.currentStart, short)} – ${write(last, short)}`
}

/**
 * The library gives its boxes the roles of half a table, which says wrong things to a screen reader. Without them, what
 * remains is right: articles, each a link that says when, who, where and in what state.
 */
export function honest(element, signal) {
  const roles = ['table', 'row', 'rowgroup', 'cell', 'columnheader', 'rowheader'].map(role => `[role="${role}"]`).join()
  const counts = ['aria-colindex', 'aria-rowindex', 'aria-colspan', 'aria-rowspan', 'aria-colcount', 'aria-rowcount']
  const strip = () => {
    for (const box of element.querySelectorAll(roles)) box.removeAttribute('role')
    for (const name of counts) for (const box of element.querySelectorAll(`[${name}]`)) box.removeAttribute(name)
    // a week without sessions has nothing to focus, and yet must scroll by the keyboard
    for (const box of element.querySelectorAll('section')) box.tabIndex = 0
  }
  const observer = new MutationObserver(strip)
  observer.observe(element, { subtree: true, childList: true, attributes: true, attributeFilter: ['role', ...counts] })
  signal.addEventListener('abort', () => observer.disconnect())
  strip()
}

const capital = text => text[0].toUpperCase() + text.slice(1)
const two = number => String(number).padStart(2, '0')
const dayOf = date => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
