// Pages in place: while something plays, a link of the studio changes <main> and what stands around it, and not the page, so
// that the sound goes on. Forms, files, other studios and whatever answers otherwise are loaded as ever.

import { put, readPage } from './swap.js'

/** Starts it once; `playing()` says whether links are followed in place now. */
export function walk(playing) {
  const { live } = document.body.dataset
  if (!live || walking) return
  walking = true
  const base = live.replace(/\/live$/, '')
  // at the window: whoever else minds a click has had it
  addEventListener('click', event => {
    const link = event.target.closest?.('a[href]')
    if (!link || !playing() || !plain(event, link) || unsaved()) return
    const to = new URL(link.href)
    const ours = to.origin === location.origin && (to.pathname === base || to.pathname.startsWith(`${base}/`))
    if (!ours || (to.hash && to.pathname + to.search === location.pathname + location.search)) return
    event.preventDefault()
    // not htmx's any more, which would bring it back by swapping the whole body
    history.replaceState({ walked: true, top: scrollY }, '')
    void go(to, { push: true })
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

/** Something typed and not sent: the browser asks before it is lost, as on any page. */
const typed = new Set()
document.addEventListener(
  'input',
  ({ target }) => target.form?.matches('.form[method="post"]') && typed.add(target.form)
)
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
  document.title = page.document.title
  const next = page.document.getElementById('main')
  put(main, next)
  for (const frame of ['.rail-entries', '.bottom-bar']) {
    const [old, fresh] = [document.querySelector(frame), page.document.querySelector(frame)]
    if (old && fresh) put(old, fresh)
  }
  for (const toast of page.document.querySelectorAll('#toasts > .toast')) announce(toast)
  next.focus({ preventScroll: true })
  if (to.hash) document.getElementById(decodeURIComponent(to.hash.slice(1)))?.scrollIntoView()
  else scrollTo(0, top)
}

/** The page at an address; nothing when it is no page of this studio's frame, or cannot be had: the browser says it better. */
async function read(to, signal) {
  try {
    const { answer, parsed } = await readPage(to, signal)
    const same = parsed?.body.dataset.live === document.body.dataset.live && parsed?.getElementById('main')
    return same ? { document: parsed, address: answer.url } : undefined
  } catch {
    return undefined
  }
}

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
