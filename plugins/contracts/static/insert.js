// Puts a gap into the text where the cursor is. Without it the names beside the buttons are typed.
export default function insert(element) {
  const text = element.querySelector('textarea')
  const put = event => {
    const gap = event.target.closest('[data-gap]')?.dataset.gap
    if (!gap) return
    text.focus()
    text.setRangeText(gap, text.selectionStart, text.selectionEnd, 'end')
    // the name of one's own gap is typed at once
    if (gap === '{{other.}}') text.setSelectionRange(text.selectionStart - 2, text.selectionStart - 2)
    text.dispatchEvent(new Event('input', { bubbles: true }))
  }
  element.addEventListener('click', put)
  element.dataset.ready = ''
  return () => element.removeEventListener('click', put)
}
