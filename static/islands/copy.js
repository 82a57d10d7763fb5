/** Puts an address on the clipboard; where that is not to be had it is selected, to be copied by hand. */
export default function copy(el) {
  const field = el.querySelector('input')
  const button = el.querySelector('button')
  const label = button.querySelector('span')
  const before = label.textContent
  let timer
  const click = async () => {
    field.select()
    try {
      await navigator.clipboard.writeText(field.value)
    } catch {
      return
    }
    label.textContent = button.dataset.done
    clearTimeout(timer)
    timer = setTimeout(() => (label.textContent = before), 2000)
  }
  button.hidden = false
  button.addEventListener('click', click)
  return () => {
    clearTimeout(timer)
    button.removeEventListener('click', click)
  }
}
