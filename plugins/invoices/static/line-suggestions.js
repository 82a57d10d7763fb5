// What the catalogue knows by the text of a line's label: picked, it fills the line.

import { field, money, plainMicros } from './line-sums.js'

/** What the catalogue knows by the text of a line's label: picked, it fills the line. */
export function suggest(root, list, form, done, signal) {
  const used = new WeakSet()
  const { suggestions } = root.dataset
  if (!suggestions) return used
  let asked
  let pause
  let at = -1
  const boxOf = row => row.querySelector('.doc-suggestions')
  const optionsOf = row => [...boxOf(row).querySelectorAll('li')]
  const hide = row => {
    clearTimeout(pause)
    asked?.abort()
    boxOf(row).hidden = true
    field(row, 'label').ariaExpanded = 'false'
    at = -1
  }
  const choose = (row, index) => {
    at = index
    optionsOf(row).forEach((option, n) => (option.ariaSelected = String(n === index)))
    optionsOf(row)[index]?.scrollIntoView({ block: 'nearest' })
  }
  const search = async row => {
    asked?.abort()
    asked = new AbortController()
    const mine = asked.signal
    const label = field(row, 'label')
    const url = new URL(suggestions, location.href)
    url.searchParams.set('q', label.value.trim())
    const client = form?.elements.client_id?.value
    if (client) url.searchParams.set('client_id', client)
    const items = await fetch(url, { signal: mine, headers: { accept: 'application/json' } })
      .then(answer => (answer.ok ? answer.json() : []))
      // without an answer the label stays what was typed
      .catch(() => [])
    if (mine.aborted || document.activeElement !== label) return
    show(row, items)
  }
  const show = (row, items) => {
    const ul = document.createElement('ul')
    ul.role = 'listbox'
    for (const item of items) {
      const li = document.createElement('li')
      li.role = 'option'
      li.item = item
      const price = document.createElement('small')
      price.textContent = money(root, item.unit_micros / 10_000)
      const name = document.createElement('span')
      name.textContent = item.label
      li.append(name, price)
      ul.append(li)
    }
    boxOf(row).replaceChildren(ul)
    boxOf(row).hidden = items.length === 0
    field(row, 'label').ariaExpanded = String(items.length > 0)
    at = -1
  }
  const fill = (row, item) => {
    const put = (name, value) => (field(row, name).value = value ?? '')
    put('label', item.label)
    put('description', item.description)
    put('unit', item.unit)
    put('unit_micros', plainMicros(item.unit_micros))
    const vat = `${item.vat_category}-${item.vat_rate}`
    const offered = [...field(row, 'vat').options].map(option => option.value)
    // where the usual VAT is another for this client or studio (franchise, reverse charge), it stays
    if (offered.includes(vat) && offered[0].startsWith('S-')) put('vat', vat)
    put('nature', item.nature)
    put('account', item.account)
    put('item_id', item.item_id)
    if (!field(row, 'quantity').value) put('quantity', '1')
    hide(row)
    done()
    field(row, 'quantity').focus()
    field(row, 'quantity').select()
  }
  list.addEventListener(
    'input',
    event => {
      const row = event.target.closest('.doc-line')
      if (!row || !event.target.matches('[data-label]') || row.dataset.kind !== 'line' || !event.isTrusted) return
      field(row, 'item_id').value = ''
      clearTimeout(pause)
      if (event.target.value.trim().length < 2) return hide(row)
      pause = setTimeout(() => void search(row), 150)
    },
    { signal }
  )
  list.addEventListener(
    'keydown',
    event => {
      const row = event.target.closest('.doc-line')
      if (!event.target.matches('[data-label]') || boxOf(row).hidden) return
      const options = optionsOf(row)
      if (event.key === 'ArrowDown') choose(row, (at + 1) % options.length)
      else if (event.key === 'ArrowUp') choose(row, (at <= 0 ? options.length : at) - 1)
      else if (event.key === 'Escape') hide(row)
      else if (event.key === 'Enter' && at >= 0) {
        used.add(event)
        fill(row, options[at].item)
      } else return
      event.preventDefault()
    },
    { signal, capture: true }
  )
  list.addEventListener(
    'focusout',
    event => event.target.matches('[data-label]') && hide(event.target.closest('.doc-line')),
    {
      signal
    }
  )
  list.addEventListener(
    'pointerdown',
    event => {
      const option = event.target.closest('.doc-suggestions li')
      if (!option) return
      event.preventDefault()
      fill(option.closest('.doc-line'), option.item)
    },
    { signal }
  )
  return used
}
