// Comments beside a player: a new one takes the second that is heard, marks lead there, and `@` finds people. The player
// says where it is by `player:time`, and goes where `player:seek` says; without it all of this is typed.

const typing = element => element.closest?.('input, textarea, select, [contenteditable], dialog[open], [role="grid"]')

/** @param {HTMLElement} root */
export default function comments(root) {
  const revision = Number(root.dataset.revision)
  const stop = new AbortController()
  const { signal } = stop
  const form = root.querySelector('[data-comment-form]')
  const [body, at, until] = ['body', 'at', 'until'].map(name => form?.elements.namedItem(name))
  const marks = root.querySelector('[data-marks]')
  let player
  let now

  const text = ms => {
    const tenths = Math.floor(ms / 100)
    const seconds = Math.floor(tenths / 10)
    const clock = [Math.floor(seconds / 60) % 60, seconds % 60].map(part => String(part).padStart(2, '0')).join(':')
    const hours = Math.floor(seconds / 3600)
    return `${hours ? `${hours}:${clock}` : clock.replace(/^0/, '')}.${tenths % 10}`
  }
  const set = (field, ms) => {
    field.value = text(ms)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const begin = () => {
    if (!form) return
    if (now !== undefined) {
      set(at, now)
      until.value = ''
    }
    body.focus()
  }
  const end = () => {
    if (!form || now === undefined) return
    if (!at.value) set(at, Math.max(0, now - 5000))
    set(until, now)
  }

  document.addEventListener(
    'player:time',
    ({ target, detail }) => {
      if (detail.revision_id && detail.revision_id !== revision) return
      player = target
      now = detail.ms
      if (marks) marks.hidden = false
      light(now)
    },
    { capture: true, signal }
  )

  /** What is said of what is heard now stands out. */
  const light = ms => {
    for (const said of root.querySelectorAll('[data-at-ms]')) {
      const { atMs, untilMs } = said.dataset
      const on = ms >= Number(atMs) && ms < Number(untilMs ?? Number(atMs) + 4000)
      said.closest('.comment').classList.toggle('comment-now', on)
    }
  }

  root.addEventListener(
    'click',
    event => {
      const place = event.target.closest('[data-seek]')
      if (place) {
        const seen = player ?? document.querySelector('.player')
        if (!seen) return
        event.preventDefault()
        const { seek, seekUntil } = place.dataset
        const detail = { ms: Number(seek), revision_id: revision, ...(seekUntil && { until_ms: Number(seekUntil) }) }
        seen.dispatchEvent(new CustomEvent('player:seek', { detail }))
      } else if (event.target.closest('[data-mark-at]')) begin()
      else if (event.target.closest('[data-mark-until]')) end()
    },
    { signal }
  )

  // what is begun to be said is of the moment that is heard; a phone begins with a whole word
  body?.addEventListener(
    'beforeinput',
    ({ inputType }) => !body.value && !at.value && now > 0 && inputType.startsWith('insert') && set(at, now),
    { signal }
  )

  let going = 0
  document.addEventListener(
    'keydown',
    event => {
      if (event.key === 'g') going = event.timeStamp
      // `g` and a letter leads elsewhere
      if (going && event.timeStamp - going < 1200) return
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return
      if (localStorage.getItem('single-keys') === 'off') return
      const does = { c: begin, e: end }[event.key]
      if (!does || !form) return
      event.preventDefault()
      does()
    },
    { signal }
  )

  if (body) mention(root, body, signal)
  return () => stop.abort()
}

/** Under the text, after an `@`: those of the studio whose name goes on as it was begun. */
function mention(root, field, signal) {
  const people = JSON.parse(root.dataset.people)
  if (people.length === 0) return
  const list = document.createElement('ul')
  Object.assign(list, { className: 'comment-people', role: 'listbox', hidden: true, id: `${field.id}-people` })
  list.ariaLabel = '@'
  field.after(list)
  field.setAttribute('aria-controls', list.id)
  let chosen = 0

  const begun = () => /(?:^|\s)@([^@\n]{0,40})$/.exec(field.value.slice(0, field.selectionStart))
  const plain = words =>
    words
      .normalize('NFD')
      .replace(/\p{Diacritic}/gu, '')
      .toLowerCase()

  const offer = () => {
    const word = begun()
    const found = word
      ? people.filter(name =>
          plain(name)
            .split(' ')
            .concat(plain(name))
            .some(part => part.startsWith(plain(word[1])))
        )
      : []
    chosen = 0
    list.replaceChildren(...found.slice(0, 6).map(option))
    list.hidden = found.length === 0
    choose(0)
  }
  const option = (name, index) => {
    const line = document.createElement('li')
    Object.assign(line, { role: 'option', textContent: name, id: `${list.id}-${index}` })
    line.addEventListener('pointerdown', event => {
      event.preventDefault()
      pick(name)
    })
    return line
  }
  const choose = index => {
    chosen = (index + list.children.length) % (list.children.length || 1)
    for (const [place, line] of [...list.children].entries()) line.ariaSelected = String(place === chosen)
    if (list.hidden) field.removeAttribute('aria-activedescendant')
    else field.setAttribute('aria-activedescendant', `${list.id}-${chosen}`)
  }
  const pick = name => {
    const word = begun()
    if (word) field.setRangeText(`@${name} `, field.selectionStart - word[1].length - 1, field.selectionStart, 'end')
    list.hidden = true
    choose(0)
  }

  field.addEventListener('input', offer, { signal })
  field.addEventListener('blur', () => (list.hidden = true), { signal })
  field.addEventListener(
    'keydown',
    event => {
      if (list.hidden) return
      if (event.key === 'ArrowDown') choose(chosen + 1)
      else if (event.key === 'ArrowUp') choose(chosen - 1)
      else if (event.key === 'Enter' || event.key === 'Tab') pick(list.children[chosen].textContent)
      else if (event.key === 'Escape') list.hidden = true
      else return
      event.preventDefault()
    },
    { signal }
  )
}
