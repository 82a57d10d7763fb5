// The picker of gear: what is found and picked becomes a line with how many, drawn by the server. Without script all there
// is stands in lists.

/** @param {HTMLElement} root */
export default function gear(root) {
  const search = root.querySelector('.gear-search')
  const [text, hidden] = search.querySelectorAll('input')
  const list = root.querySelector('[data-picked]')
  search.hidden = false
  root.querySelector('[data-plain]')?.remove()

  const picked = () =>
    [...list.querySelectorAll('[name="gear"]')]
      .filter(field => field.value && (field.type !== 'checkbox' || field.checked))
      .map(field => field.value)

  const add = async event => {
    event.stopPropagation()
    if (!hidden.value) return
    const url = new URL(root.dataset.url, location.href)
    for (const one of picked()) url.searchParams.append('gear', one)
    url.searchParams.set('add', hidden.value)
    const headers = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }
    // without an answer what was searched for stays in its field, to be picked again
    const answer = await fetch(url, { headers }).catch(() => undefined)
    if (!answer?.ok) return
    text.value = ''
    hidden.value = ''
    list.replaceChildren(...new DOMParser().parseFromString(await answer.text(), 'text/html').body.childNodes)
    list.dispatchEvent(new Event('change', { bubbles: true }))
  }
  const picking = event => void add(event)
  hidden.addEventListener('change', picking)
  return () => hidden.removeEventListener('change', picking)
}
