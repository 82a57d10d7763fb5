// The status board: a card is dragged with the mouse, or moved with Shift and the arrows. It is shown at once, saved
// behind, put back with the reason when it is refused, undone on demand. Without script a card's own page moves it.

/** @param {HTMLElement} root */
export default function board(root) {
  const { base } = root.dataset
  const words = JSON.parse(root.dataset.words)
  let held

  const start = event => {
    held = event.target.closest?.('.board-card')
    if (!held) return
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', held.querySelector('.board-title').textContent)
    held.from = placeOf(held)
    // the picture under the pointer is taken before the card fades
    setTimeout(() => held?.classList.add('board-held'))
  }
  const over = event => {
    const column = held && event.target.closest?.('.board-column')
    if (!column) return
    event.preventDefault()
    for (const one of root.querySelectorAll('.board-over')) one.classList.toggle('board-over', one === column)
    const below = [...column.querySelectorAll('.board-card')].find(card => {
      const { top, height } = card.getBoundingClientRect()
      return card !== held && event.clientY < top + height / 2
    })
    const cards = column.querySelector('.board-cards')
    if (held.nextElementSibling !== (below ?? null) || held.parentElement !== cards)
      cards.insertBefore(held, below ?? null)
  }
  const drop = event => {
    if (!held) return
    event.preventDefault()
    const card = held
    const { from } = card
    release()
    if (!same(from, placeOf(card))) void save(card, from)
  }
  /** Let go elsewhere: back where it was. */
  const end = () => {
    if (!held) return
    const { from } = held
    put(held, from)
    release()
  }
  function release() {
    held?.classList.remove('board-held')
    for (const one of root.querySelectorAll('.board-over')) one.classList.remove('board-over')
    held = undefined
  }

  const key = event => {
    const card = event.shiftKey && event.target.closest?.('.board-card')
    const step = keys[event.key]
    if (!card || !step) return
    event.preventDefault()
    const from = placeOf(card)
    if (step.aside) toColumn(card, step.aside)
    else if (step.by < 0) card.previousElementSibling?.before(card)
    else card.nextElementSibling?.after(card)
    if (same(from, placeOf(card))) return
    card.querySelector('.board-title').focus()
    card.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    void save(card, from)
  }

  function toColumn(card, by) {
    const columns = [...root.querySelectorAll('.board-column')]
    const column = columns[columns.indexOf(card.closest('.board-column')) + by]
    column?.querySelector('.board-cards').prepend(card)
  }

  async function save(card, from) {
    count()
    const to = placeOf(card)
    const refusal = await send(card, to)
    if (refusal) {
      put(card, from)
      count()
      return say({ kind: 'bad', text: refusal })
    }
    const text = words.moved
      .replace('{title}', card.querySelector('.board-title').textContent)
      .replace('{column}', words.columns[to.status])
    say({ text, undo: words.undo }, async () => {
      // the board may have been read again meanwhile
      const again = root.querySelector(`#${card.id}`) ?? card
      put(again, from)
      count()
      const trouble = await send(again, from)
      if (trouble) say({ kind: 'bad', text: trouble })
    })
  }

  /** The sentence of what went wrong; nothing when it is saved. */
  async function send(card, { status, before_id, after_id }) {
    try {
      const answer = await fetch(`${base}/api/projects/move`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ id: Number(card.dataset.id), status, before_id, after_id })
      })
      if (answer.status === 401) location.reload()
      return answer.ok ? undefined : words.failed
    } catch {
      return words.failed
    }
  }

  function put(card, { status, before_id }) {
    const cards = root.querySelector(`#column-${status} .board-cards`)
    cards?.insertBefore(card, cards.querySelector(`#card-${before_id}`))
  }

  /** A column's number follows its cards, and keeps counting those that are not shown. */
  function count() {
    for (const column of root.querySelectorAll('.board-column')) {
      const shown = column.querySelectorAll('.board-card').length
      column.querySelector('.count').textContent = String(shown + Number(column.dataset.hidden))
    }
  }

  const stop = new AbortController()
  const options = { signal: stop.signal }
  root.addEventListener('dragstart', start, options)
  root.addEventListener('dragover', over, options)
  root.addEventListener('drop', drop, options)
  root.addEventListener('dragend', end, options)
  root.addEventListener('keydown', key, options)
  return () => stop.abort()
}

const keys = {
  ArrowUp: { by: -1 },
  ArrowDown: { by: 1 },
  ArrowLeft: { aside: -1 },
  ArrowRight: { aside: 1 }
}

const idOf = card => (card ? Number(card.dataset.id) : null)

const placeOf = card => ({
  status: card.closest('.board-column').dataset.status,
  before_id: idOf(card.nextElementSibling),
  after_id: idOf(card.previousElementSibling)
})

const same = (a, b) => ['status', 'before_id', 'after_id'].every(name => a[name] === b[name])

/** A message as app.js shows them; an undo here is a call, not a form. */
function say({ kind = 'good', text, undo }, onUndo) {
  document.body.dispatchEvent(new CustomEvent('toast', { detail: { kind, text }, bubbles: true }))
  if (!undo) return
  const message = document.getElementById('toasts').lastElementChild
  const button = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'button small',
    textContent: undo
  })
  button.addEventListener('click', () => {
    message.remove()
    onUndo()
  })
  message.append(button)
}
