// The form of a new session in a dialog over the calendar. It is the page's own form, fetched and sent as a page's would
// be; without script, the same address is a page.

/** Gives the function that opens it for a time and a room. `done` is called when something was booked. */
export function dialog({ base }, done) {
  const box = document.getElementById('booking-dialog')
  const body = box.querySelector('.dialog-body')

  async function open({ start, end, room, allDay }) {
    const [day, starts] = start.split('T')
    const query = new URLSearchParams({ day })
    if (room) query.set('room_id', room)
    if (!allDay && starts) query.set('starts', starts.slice(0, 5))
    if (!allDay && starts) query.set(end ? 'ends' : 'duration', end ? end.split('T')[1].slice(0, 5) : '2h')
    const address = `${base}/sessions/new?${query}`
    const page = await read(address)
    if (!show(page)) location.assign(address)
  }

  function show(page) {
    const form = page?.getElementById('booking')
    if (!form) return false
    body.replaceChildren(document.adoptNode(form))
    form.querySelector('.actions a')?.remove()
    form.addEventListener('submit', send)
    if (!box.open) box.showModal()
    globalThis.htmx.process(body)
    const first = form.querySelector('[aria-invalid="true"]') ?? form.querySelector('[name="client_name"]')
    first?.focus()
    return true
  }

  /** Booked is a redirect to the session's page, whose message is shown here; else it is the form with its errors. */
  async function send(event) {
    event.preventDefault()
    const form = event.target
    const button = form.querySelector('[type="submit"]')
    button.ariaBusy = 'true'
    const page = await read(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
    button.ariaBusy = null
    if (!page) return
    if (show(page)) return
    box.close()
    const toast = page.querySelector('#toasts .toast p')
    if (toast)
      document.body.dispatchEvent(new CustomEvent('toast', { detail: { text: toast.textContent }, bubbles: true }))
    done()
  }

  return open
}

async function read(address, options) {
  const { dataset } = document.getElementById('toasts')
  const fail = text =>
    void document.body.dispatchEvent(new CustomEvent('toast', { detail: { kind: 'bad', text }, bubbles: true }))
  try {
    const answer = await fetch(address, options)
    if (answer.status === 401) return location.reload()
    if (answer.status >= 500) return fail(dataset.failed)
    return new DOMParser().parseFromString(await answer.text(), 'text/html')
  } catch {
    return fail(dataset.unreachable)
  }
}
