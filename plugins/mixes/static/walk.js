// Pages in place: while something plays, a link or a form of the studio changes <main> and what stands around it, and not the
// page, so that the sound goes on. Files, other studios and whatever answers otherwise are loaded as ever.

import { put, readPage } from './swap.js'

/** Starts it once; `playing()` says whether links are followed in place now. */
export function walk(playing) {
  const { live } = document.body.dataset
  if (!live || walking) return
  walking = true
  const base = live.replace(/\/live$/, '')
  const ours = to => to.origin === location.origin && (to.pathname === base || to.pathname.startsWith(`${base}/`))
  // at the window: whoever else minds a click has had it
  addEventListener('click', event => {
    const link = event.target.closest?.('a[href]')
    if (!link || !playing() || !plain(event, link) || unsaved()) return
    const to = new URL(link.href)
    if (!ours(to) || (to.hash && to.pathname + to.search === location.pathname + location.search)) return
    event.preventDefault()
    keepPlace()
    void go(to, { push: true })
  })
  addEventListener('submit', event => {
    const { target: form, submitter } = event
    const to = new URL(submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? '', location.href)
    if (event.defaultPrevented || !playing() || !sendable(form, submitter) || !ours(to)) return
    event.preventDefault()
    void send(form, submitter, to)
  })
  addEventListener('popstate', ({ state }) => {
    if (state?.walked) void go(new URL(location.href), { top: state.top })
  })
}

let walking = false
let last

const plain = (event, link) =>
  !event.defaultPrevented &&
  event.button === 0 &&
  !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) &&
  !link.target &&
  !link.hasAttribute('download') &&
  link.getAttribute('hx-boost') !== 'false'

const sendable = (form, submitter) =>
  form.method === 'post' && !form.target && !submitter?.formTarget && form.getAttribute('hx-boost') !== 'false'

/** Where one is, to come back to: not by htmx any more, which would bring it back by swapping the whole body. */
const keepPlace = () => history.replaceState({ walked: true, top: scrollY }, '')

/** Something typed and not sent: the browser asks before it is lost, as on any page. */
const typed = new Set()
document.addEventListener(
  'input',
  ({ target }) => target.form?.matches('.form[method="post"]') && typed.add(target.form)
)
document.addEventListener('unsent', ({ target }) => target.matches('.form') && typed.add(target))
const unsaved = () => [...typed].some(form => form.isConnected)

async function go(to, { push = false, top = 0 }) {
  last?.abort()
  const { signal } = (last = new AbortController())
  const main = document.getElementById('main')
  main.ariaBusy = 'true'
  const page = await read(to, signal)
  if (signal.aborted) return
  if (!page) return location.assign(to)
  await merge(page.document.head)
  if (signal.aborted) return
  if (push) history.pushState({ walked: true }, '', page.address + to.hash)
  show(page.document).focus({ preventScroll: true })
  if (to.hash) document.getElementById(decodeURIComponent(to.hash.slice(1)))?.scrollIntoView()
  else scrollTo(0, top)
}

/**
 * A form and the page that answers it: the one it leads to, or the same with what was wrong. Back on the page it was on, one
 * stays where one was. Without an answer the form is as it was, to be sent again.
 */
async function send(form, submitter, to) {
  last?.abort()
  const { signal } = (last = new AbortController())
  const fields = new FormData(form, submitter)
  const body = form.enctype === 'multipart/form-data' ? fields : new URLSearchParams(fields)
  const page = await readPage(to, signal, { method: 'post', body }).catch(() => undefined)
  if (signal.aborted) return
  if (!page) {
    form.dispatchEvent(new Event('unsent', { bubbles: true }))
    const detail = { kind: 'bad', text: document.getElementById('toasts').dataset.unreachable }
    return document.dispatchEvent(new CustomEvent('toast', { detail }))
  }
  const { answer, parsed } = page
  if (!isOurs(parsed)) return answer.redirected ? location.assign(answer.url) : location.reload()
  await merge(parsed.head)
  if (signal.aborted) return
  const [here, there] = [location.href.split('#')[0], answer.url]
  if (answer.redirected && there !== here) {
    keepPlace()
    history.pushState({ walked: true }, '', there)
  }
  const top = there === here ? scrollY : 0
  const next = show(parsed)
  const wrong = answer.ok ? undefined : next.querySelector('.form-errors')
  // what came back with errors was never saved
  wrong?.closest('.form')?.dispatchEvent(new Event('unsent', { bubbles: true }))
  if (!wrong) scrollTo(0, top)
  ;(wrong ?? next).focus({ preventScroll: !wrong })
}

/** Puts a page in the place of this one, its news among them; its <main>. */
function show(page) {
  document.title = page.title
  const next = page.getElementById('main')
  put(document.getElementById('main'), next)
  for (const frame of ['.rail-entries', '.bottom-bar']) {
    const [old, fresh] = [document.querySelector(frame), page.querySelector(frame)]
    if (old && fresh) put(old, fresh)
  }
  for (const toast of page.querySelectorAll('#toasts > .toast')) announce(toast)
  return next
}

/** The page at an address; nothing when it is no page of this studio's frame, or cannot be had: the browser says it better. */
async function read(to, signal) {
  try {
    const { answer, parsed } = await readPage(to, signal)
    return answer.ok && isOurs(parsed) ? { document: parsed, address: answer.url } : undefined
  } catch {
    return undefined
  }
}

const isOurs = page => page?.body.dataset.live === document.body.dataset.live && page.getElementById('main') !== null

/** Style sheets and scripts that the page needs and this one does not have; it waits for the styles. */
async function merge(head) {
  const waits = []
  for (const link of head.querySelectorAll('link[rel="stylesheet"]')) {
    if (document.head.querySelector(`link[href="${CSS.escape(link.getAttribute('href'))}"]`)) continue
    const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: link.getAttribute('href') })
    waits.push(new Promise(done => ['load', 'error'].forEach(name => sheet.addEventListener(name, done))))
    document.head.append(sheet)
  }
  for (const script of head.querySelectorAll('script[src]')) {
    if (document.head.querySelector(`script[src="${CSS.escape(script.getAttribute('src'))}"]`)) continue
    document.head.append(
      Object.assign(document.createElement('script'), { type: script.type, src: script.getAttribute('src') })
    )
  }
  await Promise.race([Promise.all(waits), new Promise(done => setTimeout(done, 1500))])
}

function announce(toast) {
  const detail = {
    kind: toast.matches('.toast-bad') ? 'bad' : 'good',
    text: toast.querySelector('p')?.textContent ?? ''
  }
  document.dispatchEvent(new CustomEvent('toast', { detail }))
}
