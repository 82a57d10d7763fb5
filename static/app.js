// What every page needs: islands, dialogs, menus, messages, and what to do when htmx gets an answer it cannot use.

/**
 * Islands: `<div data-island="/static/x.js">` is handed to that module's default export, which may return a clean-up.
 * They wake with the page, after a swap, and, inside a dialog, when it opens.
 */
const awake = new Map()

async function wake(root) {
  const found = [...root.querySelectorAll('[data-island]')]
  if (root.matches?.('[data-island]')) found.push(root)
  for (const element of found) {
    if (awake.has(element) || element.closest('dialog:not([open])')) continue
    awake.set(element, undefined)
    const island = await import(element.dataset.island)
    if (element.isConnected) awake.set(element, island.default(element))
    else awake.delete(element)
  }
}

function putToSleep() {
  for (const [element, stop] of awake) {
    if (element.isConnected) continue
    stop?.()
    awake.delete(element)
  }
}

document.addEventListener('htmx:after:process', event => void wake(event.target))
document.addEventListener('htmx:after:swap', putToSleep)
document.addEventListener('toggle', event => event.target.matches('dialog[open]') && void wake(event.target), true)
void wake(document.body)

/** On a phone tabs run off the edge: the current one is brought into sight. */
for (const tabs of document.querySelectorAll('.tabs')) {
  const current = tabs.querySelector('[aria-current]')
  if (current) tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2
}

/** Dialogs: a link to a page opens the dialog of the same content instead, when there is one. */
document.addEventListener('click', event => {
  const opener = event.target.closest('[data-dialog]')
  const dialog = opener && document.getElementById(opener.dataset.dialog)
  if (!dialog || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  if (!dialog.open) dialog.showModal()
})

/** Menus: arrows move, Home and End jump; Escape is the browser's. */
document.addEventListener('keydown', event => {
  const menu = event.target.closest?.('.menu:popover-open') ?? opened(event)
  if (!menu || !['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return
  const items = [...menu.querySelectorAll('a, button')]
  const at = items.indexOf(document.activeElement)
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key]
  event.preventDefault()
  items.at(next % items.length)?.focus()
})

/** The open menu of the button that has the focus. */
function opened({ target }) {
  const menu = target.matches?.('[popovertarget]') && document.getElementById(target.getAttribute('popovertarget'))
  return menu && menu.matches('.menu:popover-open') ? menu : undefined
}

/** Messages: `toast({ kind: 'good' | 'bad', text, action?: { label, href } })`, or the same as an event's detail. */
// looked up each time: htmx brings back a page of its history with a body of its own
const toasts = () => document.getElementById('toasts')

export function toast({ kind = 'good', text, action }) {
  const element = document.getElementById(`toast-${kind}`).content.firstElementChild.cloneNode(true)
  element.querySelector('p').textContent = text
  if (action) element.append(actionForm(action))
  toasts().append(element)
  expire(element)
}

/** An undo is a form like any other: it posts, and the page comes back. */
function actionForm({ label, href }) {
  const form = Object.assign(document.createElement('form'), { method: 'post', action: href })
  form.append(Object.assign(document.createElement('button'), { className: 'button small', textContent: label }))
  return form
}

/** Good news leaves by itself, unless somebody is reading or about to undo; bad news waits to be closed. */
function expire(element) {
  if (element.matches('.toast-bad')) return
  const leave = () => {
    if (element.matches(':hover, :focus-within')) setTimeout(leave, 2000)
    else element.remove()
  }
  setTimeout(leave, element.querySelector('form') ? 10_000 : 5000)
}

for (const element of toasts().children) expire(element)
document.addEventListener('toast', event => toast(event.detail))
document.addEventListener('click', event => event.target.closest('[data-toast-close]')?.closest('.toast').remove())

/**
 * Answers htmx cannot use. The configuration in parts/head.eta keeps 401 and 5xx out of the page; 422 and other 4xx are
 * swapped, because they are the same view with its errors. Signed out: the page asked for again leads to the sign-in.
 */
document.addEventListener('htmx:response:error', ({ detail: { ctx } }) => {
  if (ctx.response.status === 401) location.reload()
  else if (ctx.response.status >= 500) toast({ kind: 'bad', text: toasts().dataset.failed })
})
document.addEventListener('htmx:error', ({ detail: { ctx } }) => {
  if (ctx && !ctx.response) toast({ kind: 'bad', text: toasts().dataset.unreachable })
})

/** Keeps the focus when a swap replaced what had it: on the same thing by id, name or address. */
let focused
document.addEventListener('htmx:before:swap', () => {
  const { activeElement: element } = document
  focused = element === document.body ? undefined : element
})
document.addEventListener('htmx:after:swap', () => {
  if (!focused || focused.isConnected || document.activeElement !== document.body) return
  const { id, name } = focused
  const href = focused.getAttribute('href')
  const again =
    (id && document.getElementById(id)) ||
    (name && document.querySelector(`[name="${CSS.escape(name)}"]`)) ||
    (href && document.querySelector(`a[href="${CSS.escape(href)}"]`)) ||
    document.getElementById('main')
  again.focus({ preventScroll: true })
})

/** The theme changes at once; the server is told by the same form that works without this. */
document.addEventListener('submit', event => {
  if (!event.target.matches('[data-theme-switch]')) return
  event.preventDefault()
  const { value } = event.submitter
  document.documentElement.dataset.theme = value
  for (const button of event.target.querySelectorAll('button')) button.ariaPressed = String(button.value === value)
  const body = new URLSearchParams(new FormData(event.target, event.submitter))
  fetch(event.target.action, { method: 'post', body, redirect: 'manual' }).then(
    answer => answer.status >= 400 && toast({ kind: 'bad', text: toasts().dataset.failed }),
    () => toast({ kind: 'bad', text: toasts().dataset.unreachable })
  )
})
