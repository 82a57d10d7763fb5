/*
 * The form of a payment over several invoices: shows in each empty field what it would get, the oldest due first, as the
 * server spreads it when nothing is typed.
 */
export default form => {
  const total = form.elements.namedItem('cents')
  const currency = form.elements.namedItem('currency')
  const asCredit = form.elements.namedItem('as_credit')
  const fields = [...form.querySelectorAll('[data-open]')]
  const french = document.documentElement.lang !== 'en'

  const show = () => {
    const typed = fields.some(field => field.value.trim() !== '')
    let left = centsOf(total?.value ?? '')
    for (const field of fields) {
      const other = currency && field.dataset.currency !== currency.value
      const part = typed || other || asCredit?.checked ? 0 : Math.min(left, Number(field.dataset.open))
      left -= part
      field.placeholder = part > 0 ? amount(part) : ''
    }
  }
  const amount = cents => {
    const text = (cents / 100).toFixed(2)
    return french ? text.replace('.', ',') : text
  }
  form.addEventListener('input', show)
  show()
  return () => form.removeEventListener('input', show)
}

/** What was typed, in cents; 0 while it is no amount. */
function centsOf(text) {
  const plain = text.replace(/[\s\u00a0\u202f€]/g, '')
  const match = /^(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{1,2}))?$/.exec(plain)
  return match ? Number(match[1].replace(/[.,]/g, '')) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : 0
}
