// The lines of an expense: a new empty one as soon as the last is used, and what all comes to as it is typed.

/** @param {HTMLElement} root */
export default function lines(root) {
  const total = root.querySelector('.expense-total')
  const format = new Intl.NumberFormat(root.dataset.locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const rows = () => [...root.querySelectorAll('.expense-line')]
  const field = (row, name) => row.querySelector(`[name$=".${name}"]`)
  const amount = row => {
    const text = field(row, 'amount_cents')
      .value.replace(/[\s\u00a0\u202f]/g, '')
      .replace(',', '.')
      .replace('−', '-')
    return /^-?\d+(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : 0
  }

  const grow = () => {
    const last = rows().at(-1)
    if (!field(last, 'amount_cents').value || rows().length >= 40) return
    const next = last.cloneNode(true)
    const at = rows().length
    for (const element of next.querySelectorAll('[name], [id], [for]')) {
      for (const name of ['name', 'id', 'for']) {
        const value = element.getAttribute(name)
        if (value) element.setAttribute(name, value.replace(/lines\.\d+\./, `lines.${at}.`))
      }
      if (element.matches('input')) element.value = ''
      element.removeAttribute('aria-invalid')
    }
    for (const error of next.querySelectorAll('.error')) error.remove()
    last.after(next)
  }

  const sum = () => {
    const cents = rows().reduce((all, row) => all + amount(row), 0)
    total.textContent = cents === 0 ? '' : `${root.dataset.total} ${format.format(cents / 100)}`
  }

  const typed = () => {
    grow()
    sum()
  }
  root.addEventListener('input', typed)
  sum()
  return () => root.removeEventListener('input', typed)
}
