// What was said at a second or over a span stands on the waveform: of every `[data-at-ms]` in the page's comments, also of
// those that come later. Pressing a mark goes there, and brings what was said into sight.

/** Gives `place()`, after which all stand where they belong, and `stop()`. */
export function marks(element, { length, seek, signal }) {
  const layer = element.querySelector('[data-part="marks"]')
  const page = element.closest('main') ?? document.body
  let waits

  const found = () => [...page.querySelectorAll('[data-at-ms]')].filter(one => !layer.contains(one))

  function place() {
    const all = length() * 1000
    const said = all > 0 ? found() : []
    layer.replaceChildren(...said.filter(({ dataset }) => Number(dataset.atMs) <= all).map(one => mark(one, all)))
  }

  function mark(one, all) {
    const { atMs, untilMs } = one.dataset
    // for the hand alone: who comes by keyboard or by ear has the comments themselves
    const sign = document.createElement('span')
    sign.className = 'player-mark'
    sign.title = one.textContent.replace(/\s+/g, ' ').trim().slice(0, 120)
    if (one.matches('[data-resolved]')) sign.classList.add('resolved')
    sign.style.left = `${(100 * Number(atMs)) / all}%`
    if (untilMs) sign.style.width = `${(100 * (Number(untilMs) - Number(atMs))) / all}%`
    sign.addEventListener('click', () => {
      seek(Number(atMs) / 1000, untilMs && { from: Number(atMs) / 1000, until: Number(untilMs) / 1000 })
      one.scrollIntoView({ block: 'nearest' })
    })
    return sign
  }

  // their lists are swapped when somebody says something
  const watch = new MutationObserver(changes => {
    if (changes.every(({ target }) => element.contains(target))) return
    clearTimeout(waits)
    waits = setTimeout(place, 50)
  })
  watch.observe(page, { childList: true, subtree: true })
  signal.addEventListener('abort', () => watch.disconnect())
  return { place, stop: () => clearTimeout(waits) }
}
