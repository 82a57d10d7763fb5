// The search palette: asks the server while one types, arrows choose, Enter opens. The answer is plain links
// (parts/hits.eta); roles are given here, because only here are they the options of a list.

/** @param {HTMLDialogElement} dialog */
export default function palette(dialog) {
  const input = dialog.querySelector('input')
  const box = dialog.querySelector('[role="listbox"]')
  const status = dialog.querySelector('[role="status"]')
  let hits = []
  let at = -1
  let asked

  const search = async () => {
    asked?.abort()
    asked = new AbortController()
    const { signal } = asked
    const url = `${dialog.dataset.url}?q=${encodeURIComponent(input.value.trim())}`
    const headers = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }
    // overtaken by a later question, or the server out of reach: what is shown stays
    const html = await fetch(url, { signal, headers })
      .then(answer => (answer.ok ? answer.text() : undefined))
      .catch(nothing)
    if (html !== undefined && !signal.aborted) show(html)
  }

  const show = html => {
    box.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes)
    for (const group of box.querySelectorAll('section')) {
      group.role = 'group'
      group.ariaLabel = group.querySelector('h3').textContent
      group.querySelector('h3').ariaHidden = 'true'
      for (const part of group.querySelectorAll('ul, li')) part.role = 'presentation'
    }
    for (const wrapper of box.querySelectorAll('.hits')) wrapper.role = 'presentation'
    hits = [...box.querySelectorAll('a.hit')]
    hits.forEach((hit, index) => Object.assign(hit, { role: 'option', id: `hit-${index}`, tabIndex: -1 }))
    input.ariaExpanded = String(hits.length > 0)
    status.textContent = `${status.dataset.found} ${hits.length}`
    choose(hits.length ? 0 : -1)
  }

  const choose = index => {
    hits[at]?.removeAttribute('aria-selected')
    at = index
    const hit = hits[at]
    if (hit) {
      hit.ariaSelected = 'true'
      hit.scrollIntoView({ block: 'nearest' })
      input.setAttribute('aria-activedescendant', hit.id)
    } else input.removeAttribute('aria-activedescendant')
  }

  let pause
  input.addEventListener('input', () => {
    clearTimeout(pause)
    pause = setTimeout(() => void search(), 90)
  })
  input.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (hits.length) choose((at + (event.key === 'ArrowDown' ? 1 : -1) + hits.length) % hits.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      hits[at]?.dispatchEvent(
        new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey })
      )
    }
  })
  dialog.addEventListener('toggle', event => {
    if (event.newState !== 'open') return
    input.select()
    void search()
  })
  void search()
}

const nothing = () => undefined
