// The keyboard: Ctrl or Cmd + K everywhere; single keys outside of fields, unless switched off in the sheet under `?`.

const mac = /Mac|iP(hone|ad)/.test(navigator.platform)
if (mac)
  for (const key of document.querySelectorAll('[data-mod-key]')) key.textContent = key.textContent.replace('Ctrl', '⌘')

const single = {
  '?': () => document.getElementById('shortcuts')?.showModal(),
  '/': () =>
    (document.querySelector('[data-page-search]') ?? document.querySelector('[data-dialog="palette"]'))?.focus(),
  '[': () => fold(),
  n: () => document.querySelector('[data-main-action]')?.click(),
  j: () => step(1),
  k: () => step(-1)
}

let goingTo = 0

document.addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !event.shiftKey && !event.altKey) {
    const opener = document.querySelector('[data-dialog="palette"]')
    if (opener) {
      event.preventDefault()
      opener.click()
    }
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || off() || typing(event.target)) return
  if (event.timeStamp - goingTo < 1200 && goingTo) {
    goingTo = 0
    const entry = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)
    entry?.click()
  } else if (event.key === 'g') goingTo = event.timeStamp
  else if (Object.hasOwn(single, event.key)) {
    event.preventDefault()
    single[event.key]()
  }
})

const off = () => localStorage.getItem('single-keys') === 'off'
const typing = element => element.closest('input, textarea, select, [contenteditable], dialog[open], [role="grid"]')

/** From row to row of a list; Enter opens it, as any link. */
function step(by) {
  const rows = [...document.querySelectorAll('.row-link')]
  const at = rows.indexOf(document.activeElement)
  rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))]?.focus()
}

function fold() {
  const { dataset } = document.documentElement
  dataset.rail = dataset.rail === 'folded' ? 'open' : 'folded'
  localStorage.setItem('rail', dataset.rail)
}

document.addEventListener('click', event => event.target.closest('[data-rail-fold]') && fold())

/** The sheet: where `g` and a letter lead is read from the rail, and the switch for single keys is kept. */
const sheet = document.getElementById('shortcuts-go')
if (sheet) {
  for (const entry of document.querySelectorAll('[data-go]')) {
    const line = document.createElement('div')
    const keys = ['g', entry.dataset.go].map(key => Object.assign(document.createElement('kbd'), { textContent: key }))
    const [what, how] = [document.createElement('dt'), document.createElement('dd')]
    what.textContent = entry.textContent.trim()
    how.append(...keys)
    line.append(what, how)
    sheet.append(line)
  }
  const box = document.querySelector('[data-single-keys]')
  box.checked = !off()
  box.addEventListener('change', () => localStorage.setItem('single-keys', box.checked ? 'on' : 'off'))
}
