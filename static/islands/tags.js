// Tags as chips (parts/tags.eta). The field that is posted keeps its name and its text with commas, hidden; the one typed
// into has none.

/** @param {HTMLElement} root */
export default function tags(root) {
  const posted = root.querySelector('input')
  const typed = posted.cloneNode()
  typed.removeAttribute('name')
  typed.value = ''
  posted.removeAttribute('id')
  posted.type = 'hidden'
  root.prepend(typed)
  root.classList.add('ready')

  const values = () => split(posted.value)
  const set = next => {
    posted.value = next.join(', ')
    posted.dispatchEvent(new Event('input', { bubbles: true }))
    draw()
  }
  const draw = () => {
    for (const chip of root.querySelectorAll('.tag')) chip.remove()
    for (const value of values()) typed.before(chip(value))
  }
  const chip = value => {
    const element = Object.assign(document.createElement('span'), { className: 'tag', textContent: value })
    const remove = Object.assign(document.createElement('button'), { type: 'button', textContent: '×' })
    remove.ariaLabel = `${root.dataset.remove} ${value}`
    remove.addEventListener('click', () => {
      set(values().filter(other => other !== value))
      typed.focus()
    })
    element.append(remove)
    return element
  }
  const take = () => {
    const added = split(typed.value)
    if (added.length === 0) return
    const known = values()
    const lower = new Set(known.map(value => value.toLowerCase()))
    typed.value = ''
    set([...known, ...added.filter(value => !lower.has(value.toLowerCase()))])
  }

  typed.addEventListener('keydown', event => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return
    if (event.key === ',' || (event.key === 'Enter' && typed.value.trim())) {
      event.preventDefault()
      take()
    } else if (event.key === 'Backspace' && typed.value === '' && values().length) set(values().slice(0, -1))
  })
  typed.addEventListener('blur', take)
  // a choice from the list of those in use comes without a key
  typed.addEventListener('input', event => event.inputType === 'insertReplacementText' && take())
  typed.form?.addEventListener('submit', take, true)
  draw()
}

const split = text => [
  ...new Set(
    text
      .split(',')
      .map(part => part.trim())
      .filter(Boolean)
  )
]
