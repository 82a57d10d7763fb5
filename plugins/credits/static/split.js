// The sum of shares while they are typed (credits/_split.eta). Without it the sum is what was saved.

/** @param {HTMLElement} form */
export default function split(form) {
  const sum = form.querySelector('[data-sum]')
  const fields = () => [...form.querySelectorAll('[data-share]')]
  const { locale, left, over, whole } = sum.dataset

  const show = () => {
    const shares = fields().map(field => hundredths(field.value))
    const total = shares.reduce((all, share) => all + (share ?? 0), 0)
    const words = amount => (amount / 100).toLocaleString(locale, { maximumFractionDigits: 2 })
    const off = total - 10_000
    const says = off === 0 ? whole : (off < 0 ? left : over).replace('{share}', words(Math.abs(off)))
    sum.textContent = `${words(total)} % · ${says}`
    sum.dataset.state = off === 0 ? 'good' : off > 0 ? 'bad' : ''
  }

  form.addEventListener('input', show)
  show()
  return () => form.removeEventListener('input', show)
}

/** Hundredths of a per cent of what was typed; undefined for what is no number. */
function hundredths(text) {
  const plain = text.replace(/[\s%]/g, '').replace(',', '.')
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : undefined
}
