// A text with suggestions from the server (parts/combobox.eta). What is picked puts its id into the hidden field; typing
// on forgets it, so that the text alone counts again. Both fields tell of their change, for whoever listens.

/** @param {HTMLElement} root */
export default function combobox(root) {
  const [input, hidden] = root.querySelectorAll('input')
  const list = root.querySelector('.suggestions')
  const status = root.querySelector('[role="status"]')
  let options = []
  let at = -1
  let asked
  let pause

  Object.assign(input, { role: 'combobox', ariaAutoComplete: 'list', ariaExpanded: 'false' })
  input.setAttribute('aria-controls', list.id)

  const search = async () => {
    asked?.abort()
    asked = new AbortController()
    const { signal } = asked
    const url = new URL(root.dataset.url, location.href)
    url.searchParams.set('q', input.value.trim())
    const headers = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }
    const html = await fetch(url, { signal, headers })
      .then(answer => (answer.ok ? answer.text() : undefined))
      .catch(nothing)
    // without an answer the field stays what it is without script: a text
    if (html !== undefined && !signal.aborted && document.activeElement === input) show(html)
  }

  const show = html => {
    list.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes)
    options = [...list.querySelectorAll('li')]
    for (const ul of list.querySelectorAll('ul')) Object.assign(ul, { role: 'listbox', ariaLabel: label() })
    options.forEach((option, index) => Object.assign(option, { role: 'option', id: `${list.id}-${index}` }))
    list.hidden = options.length === 0
    input.ariaExpanded = String(!list.hidden)
    status.textContent = options.length ? `${root.dataset.found} ${options.length}` : root.dataset.none
    choose(-1)
  }
  const label = () => input.labels[0]?.textContent ?? ''

  const hide = () => {
    clearTimeout(pause)
    asked?.abort()
    list.hidden = true
    input.ariaExpanded = 'false'
    choose(-1)
  }

  const choose = index => {
    options[at]?.removeAttribute('aria-selected')
    at = index
    const option = options[at]
    if (option) {
      option.ariaSelected = 'true'
      option.scrollIntoView({ block: 'nearest' })
      input.setAttribute('aria-activedescendant', option.id)
    } else input.removeAttribute('aria-activedescendant')
  }

  const pick = option => {
    input.value = option.dataset.text
    set(option.dataset.value)
    hide()
  }
  const set = value => {
    if (hidden.value === value) return
    hidden.value = value
    hidden.dispatchEvent(new Event('change', { bubbles: true }))
  }

  input.addEventListener('input', () => {
    set('')
    clearTimeout(pause)
    pause = setTimeout(() => void search(), 150)
  })
  input.addEventListener('keydown', event => {
    const open = !list.hidden
    if (event.key === 'ArrowDown' && !open) void search()
    else if (!open) return
    else if (event.key === 'ArrowDown') choose((at + 1) % options.length)
    else if (event.key === 'ArrowUp') choose((at <= 0 ? options.length : at) - 1)
    else if (event.key === 'Enter' && at >= 0) pick(options[at])
    else if (event.key === 'Escape') {
      // the dialog around stays open
      event.stopPropagation()
      hide()
    } else return
    event.preventDefault()
  })
  input.addEventListener('blur', hide)
  // before the blur, which would hide the list under the pointer
  list.addEventListener('pointerdown', event => {
    const option = event.target.closest('li')
    event.preventDefault()
    if (option) pick(option)
  })

  // who types quickly has begun before this was loaded
  if (document.activeElement === input && input.value !== input.defaultValue) void search()
}

const nothing = () => undefined
