// The time an option has left goes on while its page stays open: `<span data-until="1795000000000">dans 14 h</span>`.

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60]
]
const sixHours = 6 * 3600

/** Writes anew, every twenty seconds, what is left on the whole page; the words are those of the server. */
export default function countdown() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang === 'fr' ? 'fr-FR' : 'en-GB', {
    style: 'short',
    numeric: 'auto'
  })
  const timer = setInterval(() => {
    for (const element of document.querySelectorAll('[data-until]')) write(element, words)
  }, 20_000)
  return () => clearInterval(timer)
}

function write(element, words) {
  const seconds = Math.round((Number(element.dataset.until) - Date.now()) / 1000)
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  const text = words.format(unit === 'second' ? 0 : Math.round(seconds / size), unit)
  if (element.textContent !== text) element.textContent = text
  element.classList.toggle('badge-soon', seconds < sixHours)
}
