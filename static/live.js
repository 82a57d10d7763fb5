// The live line: facts from the server become events on the body, which fragments wait for by
// `hx-trigger="fact:sessions.booked from:body"`. It comes back by itself; then `fact:reconnected` says to read again.

const { live } = document.body.dataset
const sign = document.getElementById('offline')

let tries = 0
let missed = false
let silence

if (live) connect()

function connect() {
  const socket = new WebSocket(new URL(live, location.href.replace(/^http/, 'ws')))
  socket.addEventListener('open', () => {
    tries = 0
    clearTimeout(silence)
    silence = undefined
    sign.textContent = ''
    if (missed) tell('reconnected', {})
    missed = false
  })
  socket.addEventListener('message', event => {
    const { fact, ...ids } = JSON.parse(event.data)
    tell(fact, ids)
  })
  socket.addEventListener('close', () => {
    missed = true
    // a short break, a deployment, is nobody's business
    silence ??= setTimeout(() => (sign.textContent = sign.dataset.text), 4000)
    const pause = Math.min(30_000, 500 * 2 ** tries++) * (0.5 + Math.random())
    setTimeout(whenSeen, pause)
  })
}

/** A page in the background waits until it is looked at: a hundred forgotten tabs do not all knock. */
function whenSeen() {
  if (!document.hidden) return connect()
  document.addEventListener('visibilitychange', whenSeen, { once: true })
}

function tell(fact, ids) {
  for (const name of [`fact:${fact}`, 'fact'])
    document.body.dispatchEvent(new CustomEvent(name, { detail: { fact, ...ids } }))
}
