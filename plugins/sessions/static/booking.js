// The form of a session: what is offered as free fills it in; an end and a length are one or the other.

export default function booking(form) {
  const put = (name, value) => {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === 'radio') field.checked = field.value === String(value)
      else if (field.type === 'checkbox') field.checked = [value].flat().map(String).includes(field.value)
      else field.value = value
    }
  }
  const offered = event => {
    const offer = event.target.closest('[data-fill]')
    if (!offer) return
    event.preventDefault()
    for (const [name, value] of Object.entries(JSON.parse(offer.dataset.fill))) put(name, value)
    form.dispatchEvent(new Event('change', { bubbles: true }))
    form.elements.starts.focus()
  }
  const oneOf = event => {
    const other = { ends: 'duration', duration: 'ends' }[event.target.name]
    if (other && event.target.value) put(other, '')
  }
  form.addEventListener('click', offered)
  form.addEventListener('input', oneOf)
  return () => {
    form.removeEventListener('click', offered)
    form.removeEventListener('input', oneOf)
  }
}
