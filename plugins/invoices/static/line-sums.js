// What the lines of a document come to, in the browser: the same arithmetic as core/totals.ts, on whole numbers.

/** A field of a line. */
export const field = (row, name) => row.querySelector(`[name$=".${name}"]`)

/** Whether nothing was typed into a line. */
export const isBlank = row =>
  ['label', 'quantity', 'unit_micros', 'description'].every(name => !field(row, name).value.trim())

/** What the lines and the discount of the whole come to, as core/totals.ts makes it. What cannot be read counts nothing. */
export function compute(root, list, form) {
  const groups = new Map()
  for (const row of list.children) {
    const net = row.dataset.kind === 'line' ? netOf(row) : undefined
    row.querySelector('[data-net]').textContent = net === undefined || isBlank(row) ? '' : money(root, Number(net))
    if (net === undefined || isBlank(row)) continue
    const left = field(row, 'optional')?.checked && !field(row, 'chosen')?.checked
    if (left) continue
    const vat = field(row, 'vat').value
    groups.set(vat, (groups.get(vat) ?? 0n) + net)
  }
  const off = discountOf(form?.elements.discount?.value ?? '')
  const sorted = [...groups].toSorted(([a], [b]) => rateOf(b) - rateOf(a) || (a < b ? -1 : 1))
  const taken = shareDiscount(
    sorted.map(([, net]) => net),
    off
  )
  let net = 0n
  let total = 0n
  const rates = []
  sorted.forEach(([vat, lines], index) => {
    const base = lines - taken[index]
    const tax = divRound(base * BigInt(rateOf(vat)), 10_000n)
    net += base
    total += base + tax
    if (rateOf(vat) > 0) rates.push({ rate: rateOf(vat), tax })
  })
  paint(root, { net, total, rates })
}

function paint(root, { net, total, rates }) {
  const box = root.querySelector('[data-totals]')
  const { vat } = JSON.parse(root.dataset.words)
  for (const old of box.querySelectorAll('[data-vat-row]')) old.remove()
  const last = box.querySelector('[data-sum-row="total"]')
  for (const { rate, tax } of rates) {
    const row = document.createElement('div')
    row.dataset.vatRow = ''
    const head = document.createElement('dt')
    head.textContent = vat.replace('{rate}', new Intl.NumberFormat(document.documentElement.lang).format(rate / 100))
    const amount = document.createElement('dd')
    amount.className = 'number'
    amount.textContent = money(root, Number(tax))
    row.append(head, amount)
    last.before(row)
  }
  const put = (name, cents) => (box.querySelector(`[data-sum="${name}"]`).textContent = money(root, Number(cents)))
  put('net', net)
  put('total', total)
  put('due', total - BigInt(root.dataset.prepaid || 0))
}

function netOf(row) {
  const quantity = quantityOf(field(row, 'quantity').value, field(row, 'unit').value)
  const micros = whole(field(row, 'unit_micros').value || '0', 6)
  if (quantity === undefined || micros === undefined) return undefined
  const gross = divRound(quantity * micros, 100_000_000n)
  const { bp, cents } = discountOf(field(row, 'discount').value)
  return gross - (bp > 0n ? divRound(gross * bp, 10_000n) : cents)
}

/** Ten-thousandths; hours also as `2h30`. Nothing typed is one. */
function quantityOf(text, unit) {
  if (text.trim() === '') return 10_000n
  const plain = whole(text, 4)
  if (plain !== undefined || unit !== 'hour') return plain
  const [, hours, minutes] = /^(\d{1,4})\s*h\s*(\d{1,2})?$/i.exec(text.trim()) ?? []
  return hours === undefined ? undefined : divRound((BigInt(hours) * 60n + BigInt(minutes ?? 0)) * 10_000n, 60n)
}

function discountOf(text) {
  const percent = /^(.*?)\s*%$/.exec(text.trim())?.[1]
  if (percent !== undefined) return { bp: whole(percent, 2) ?? 0n, cents: 0n }
  return { bp: 0n, cents: whole(text || '0', 2) ?? 0n }
}

/** As `decimalOf` of core/money.ts: a decimal as a whole number of 10^-places. */
function whole(text, places) {
  const plain = text.replace(/[\s\u00a0\u202f€%]|EUR/gi, '')
  const match = /^(-?)(\d{1,13}|\d{1,3}(?:,\d{3})+(?=\.))(?:[.,](\d+))?$/.exec(plain)
  if (!match) return undefined
  const [, sign, units, decimals = ''] = match
  if (decimals.replace(/0+$/, '').length > places) return undefined
  const value = BigInt(units.replace(/,/g, '') + decimals.slice(0, places).padEnd(places, '0'))
  return sign ? -value : value
}

/** The discount of the whole falls on each rate as its lines weigh, by the largest remainder. */
function shareDiscount(nets, { bp, cents }) {
  if (bp > 0n) return nets.map(net => divRound(net * bp, 10_000n))
  const sum = nets.reduce((all, net) => all + net, 0n)
  const weights = nets.map(net => (net > 0n ? net : 0n))
  const all = weights.reduce((total, weight) => total + weight, 0n)
  if (cents === 0n || sum <= 0n) return nets.map(() => 0n)
  const parts = weights.map((weight, index) => ({ index, part: (cents * weight) / all, rest: (cents * weight) % all }))
  let left = cents - parts.reduce((total, { part }) => total + part, 0n)
  for (const part of parts.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break
    part.part += 1n
    left -= 1n
  }
  return parts.map(({ part }) => part)
}

/** Halves away from zero. */
function divRound(numerator, denominator) {
  const half = denominator / 2n
  return numerator < 0n ? -((-numerator + half) / denominator) : (numerator + half) / denominator
}

const rateOf = vat => Number(vat.split('-')[1] ?? 0)

export const money = (root, cents) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: 'currency', currency: root.dataset.currency }).format(
    cents / 100
  )

/** A unit price as people type it. */
export function plainMicros(micros) {
  const text = (micros / 1_000_000).toFixed(6).replace(/0{1,4}$/, '')
  return document.documentElement.lang === 'fr' ? text.replace('.', ',') : text
}
