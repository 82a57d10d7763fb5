// The lines of a priced document (invoices/_lines): rows come, go and change places, the catalogue fills them, and what
// they come to is shown as it is typed, by the arithmetic of the server (core/totals.ts), on whole numbers.

import { compute, field, isBlank } from './line-sums.js'

export default function documentLines(root) {
  const list = root.querySelector('.doc-rows')
  const template = root.querySelector('template')
  const status = root.querySelector('[data-status]')
  const form = root.closest('form')
  const words = JSON.parse(root.dataset.words)
  const stop = new AbortController()
  const { signal } = stop
  const rows = () => [...list.children]
  /** Keys that took a suggestion, and mean nothing else. */
  let picked = new WeakSet()

  for (const element of root.querySelectorAll('[data-script]')) element.hidden = false
  for (const element of template.content.querySelectorAll('[data-script]')) element.hidden = false
  // empty rows are for those without script: one is enough
  for (const row of rows()
    .filter(isBlank)
    .slice(rows().some(row => !isBlank(row)) ? 0 : 1))
    row.remove()

  const renumber = () =>
    rows().forEach((row, index) => {
      for (const control of row.querySelectorAll('[name]')) {
        const field = control.name.replace(/^lines\.\d+\./, '')
        control.name = `lines.${index}.${field}`
        if (control.id) control.id = `f-lines.${index}.${field}`
      }
      for (const label of row.querySelectorAll('label[for]'))
        label.htmlFor = label.htmlFor.replace(/^f-lines\.\d+/, `f-lines.${index}`)
    })

  const tell = text => (status.textContent = text)
  const changed = () => {
    renumber()
    compute(root, list, form)
    // for the warning before leaving
    list.dispatchEvent(new Event('input', { bubbles: true }))
    form?.querySelector('[name="lines.0.label"]')?.dispatchEvent(new Event('input', { bubbles: true }))
  }

  const add = (kind, after = list.lastElementChild) => {
    const row = template.content.firstElementChild.cloneNode(true)
    field(row, 'kind').value = kind
    row.dataset.kind = kind
    const above = after?.dataset.kind === 'line' ? after : rows().findLast(one => one.dataset.kind === 'line')
    if (kind === 'line' && above) field(row, 'vat').value = field(above, 'vat').value
    if (after) after.after(row)
    else list.append(row)
    renumber()
    compute(root, list, form)
    field(row, 'label').focus()
    tell(words.added)
  }

  const copy = row => {
    const twin = row.cloneNode(true)
    for (const control of row.querySelectorAll('select')) field(twin, nameOf(control)).value = control.value
    for (const control of row.querySelectorAll('textarea')) field(twin, nameOf(control)).value = control.value
    // what the first was made from is billed once
    field(twin, 'source').value = ''
    for (const error of twin.querySelectorAll('.error')) error.remove()
    row.after(twin)
    changed()
    field(twin, 'label').focus()
    tell(words.added)
  }

  const remove = row => {
    const next = row.nextElementSibling ?? row.previousElementSibling
    row.remove()
    if (!list.children.length) add('line')
    changed()
    if (next) field(next, 'label').focus()
    tell(words.removed)
  }

  const move = (row, by) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling
    if (!other) return
    const focused = document.activeElement
    if (by < 0) other.before(row)
    else other.after(row)
    focused?.focus()
    changed()
    tell(words.moved)
  }

  root.addEventListener(
    'click',
    event => {
      const button = event.target.closest('button')
      if (!button) return
      if (button.dataset.add) add(button.dataset.add)
      else if ('copy' in button.dataset) copy(button.closest('.doc-line'))
      else if ('remove' in button.dataset) remove(button.closest('.doc-line'))
    },
    { signal }
  )
  list.addEventListener(
    'keydown',
    event => {
      const row = event.target.closest('.doc-line')
      if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
        event.preventDefault()
        move(row, event.key === 'ArrowUp' ? -1 : 1)
      } else if (event.key === 'Enter' && event.target.matches('input') && !event.ctrlKey && !event.metaKey) {
        event.preventDefault()
        if (!picked.has(event)) add('line', row)
      }
    },
    { signal }
  )
  list.addEventListener(
    'change',
    event => {
      if (nameOf(event.target) === 'kind') event.target.closest('.doc-line').dataset.kind = event.target.value
    },
    { signal }
  )
  const recompute = () => compute(root, list, form)
  form?.addEventListener('input', recompute, { signal })
  form?.addEventListener('change', recompute, { signal })

  drag(list, changed, signal)
  // the catalogue is asked by who types, not by who looks
  list.addEventListener(
    'focusin',
    async () => {
      const { suggest } = await import('./line-suggestions.js')
      if (!signal.aborted) picked = suggest(root, list, form, recompute, signal)
    },
    { once: true, signal }
  )
  renumber()
  compute(root, list, form)
  return () => stop.abort()
}

const nameOf = control => control.name.replace(/^lines\.\d+\./, '')

/** Rows are taken by their handle and let go between others. */
function drag(list, done, signal) {
  let held
  list.addEventListener(
    'dragstart',
    event => {
      if (!event.target.closest('.doc-handle')) return
      held = event.target.closest('.doc-line')
      held.classList.add('doc-held')
      event.dataTransfer.effectAllowed = 'move'
      event.dataTransfer.setDragImage(held, 12, 12)
    },
    { signal }
  )
  list.addEventListener(
    'dragover',
    event => {
      const over = held && event.target.closest('.doc-line')
      if (!over) return
      event.preventDefault()
      if (over === held) return
      const { top, height } = over.getBoundingClientRect()
      if (event.clientY < top + height / 2) over.before(held)
      else over.after(held)
    },
    { signal }
  )
  list.addEventListener(
    'dragend',
    () => {
      held?.classList.remove('doc-held')
      if (held) done()
      held = undefined
    },
    { signal }
  )
}
