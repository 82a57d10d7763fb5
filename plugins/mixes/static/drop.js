// Many files of sound at once: what each is, is proposed from its name and corrected before anything is sent. Then they go
// three at a time, in pieces, and go on after a lost connection, a closed tab or a server that was started anew.

import { Transfer } from './transfer.js'

const most = 2 * 1024 ** 3 + 16 * 1024 ** 2
const atOnce = 3

/** @param {HTMLElement} root */
export default function drop(root) {
  const { endpoint, proposals, project, track, tus, locale } = root.dataset
  const words = JSON.parse(root.dataset.words)
  const [input] = root.querySelectorAll('input[type="file"]')
  const [list] = root.querySelectorAll('.drop-files')
  const [bar] = root.querySelectorAll('.drop-bar')
  const [status] = root.querySelectorAll('.drop-status')
  const [titles] = root.querySelectorAll('datalist')
  const [template] = root.querySelectorAll('template')
  const known = new Map()
  const rows = new Set()
  let done = 0

  const say = text => (status.textContent = text)
  const inState = (...states) => [...rows].filter(({ state }) => states.includes(state))
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key])

  const add = async files => {
    const fresh = files.filter(({ file }) => ![...rows].some(row => same(row.file, file) && row.state !== 'done'))
    if (fresh.length === 0) return
    say(words.asking)
    const proposed = await ask(fresh.map(({ path }) => path))
    say(proposed ? '' : words.broken)
    if (!proposed) return
    for (const { id, title } of proposed.tracks) known.set(title.toLowerCase(), id)
    titles.replaceChildren(...proposed.tracks.map(({ title }) => new Option(title, title)))
    const byId = new Map(proposed.tracks.map(({ id, title }) => [id, title]))
    fresh.forEach(({ file }, at) => show(file, proposed.proposals[at], byId))
    refresh()
  }

  const ask = async names => {
    const body = new URLSearchParams(names.map(name => ['names', name]))
    if (track) body.append('track_id', track)
    const headers = { accept: 'application/json' }
    const answer = await fetch(proposals, { method: 'post', body, headers }).catch(() => undefined)
    if (answer?.status === 401) say(words.signed_out)
    return answer?.ok ? answer.json() : undefined
  }

  const show = (file, proposal, byId) => {
    const item = template.content.firstElementChild.cloneNode(true)
    const field = name => item.querySelector(`[data-field="${name}"]`)
    const row = { file, item, state: 'planned', transfer: undefined }
    rows.add(row)
    item.querySelector('strong').textContent = file.name
    item.querySelector('small').textContent = sizeOf(file.size)
    field('track').value = proposal.track_id === null ? (proposal.new_track ?? '') : (byId.get(proposal.track_id) ?? '')
    field('place').value = proposal.version ? `version:${proposal.version}` : `kind:${proposal.kind ?? 'other'}`
    field('label').value = proposal.label ?? ''
    row.sure = proposal.sure
    row.plan = () => planOf(field)
    item.addEventListener('input', () => {
      row.sure = true
      hint(row)
    })
    item.addEventListener('click', event => act(event.target.closest('[data-do]')?.dataset.do, row))
    list.append(item)
    hint(row)
    const wrong = file.size === 0 ? words.empty_file : file.size > most ? words.too_many_bytes : undefined
    if (!wrong) return
    fail(row, wrong)
    item.dataset.hopeless = ''
  }

  const planOf = field => {
    const title = field('track').value.trim()
    const [what, which] = field('place').value.split(':')
    const track_id = known.get(title.toLowerCase())
    return { title, track_id, what, which, label: field('label').value.trim() }
  }

  const hint = row => {
    const { title, track_id, what } = row.plan()
    row.item.toggleAttribute('data-kind', what === 'kind')
    const where = track_id ? '' : title ? fill(words.new_track, { title }) : what === 'version' ? words.no_track : ''
    row.item.querySelector('.drop-hint').textContent = [where, row.sure ? '' : words.check].filter(Boolean).join(' ')
  }

  const act = (what, row) => {
    if (what === 'cancel') return remove(row)
    if (what === 'pause') {
      row.transfer?.pause()
      state(row, 'paused', words.paused)
    }
    if (what === 'resume') state(row, 'waiting', words.waiting)
    next()
  }

  const remove = row => {
    row.transfer?.cancel()
    rows.delete(row)
    row.item.remove()
    refresh()
    next()
  }

  const state = (row, to, text) => {
    row.state = to
    row.item.dataset.state = to
    row.item.querySelector('.drop-progress small').textContent = text
    refresh()
  }
  const fail = (row, text) => state(row, 'failed', text)

  const start = () => {
    for (const row of inState('planned')) {
      const { title, what } = row.plan()
      if (what === 'version' && !title) row.item.querySelector('[data-field="track"]').focus()
      else state(row, 'waiting', words.waiting)
    }
    next()
  }

  const next = () => {
    for (const row of inState('waiting').slice(0, Math.max(0, atOnce - inState('sending').length))) void send(row)
  }

  const send = async row => {
    state(row, 'sending', words.waiting)
    row.transfer ??= new Transfer({ endpoint, tus, project, file: row.file, plan: row.plan() })
    const outcome = await row.transfer.run({
      begun: key => (row.key = key),
      resumed: () => say(fill(words.resumed, { name: row.file.name })),
      progress: (sent, speed) => progress(row, sent, speed)
    })
    hide()
    if (outcome === 'done') {
      done += 1
      state(row, 'done', words.stored)
      document.body.dispatchEvent(new Event('uploads:changed'))
      setTimeout(() => (row.item.remove(), rows.delete(row), refresh()), 4000)
    } else if (outcome !== 'paused' && row.state === 'sending') fail(row, sentenceOf(outcome))
    next()
  }

  const sentenceOf = ({ status, text }) =>
    status === 401 ? words.signed_out : status === 507 ? words.full : (text ?? words.again)

  const progress = (row, sent, speed) => {
    if (row.state !== 'sending') return
    const { size } = row.file
    row.item.querySelector('progress').value = size ? sent / size : 1
    const percent = new Intl.NumberFormat(locale, { style: 'percent' }).format(size ? sent / size : 1)
    const left = speed > 0 ? (size - sent) / speed : undefined
    const parts = [percent, speed > 0 && fill(words.rate, { rate: sizeOf(speed) }), left !== undefined && leftOf(left)]
    row.item.querySelector('.drop-progress small').textContent = parts.filter(Boolean).join(' · ')
  }

  const leftOf = seconds => {
    const [n, unit] =
      seconds < 90
        ? [seconds, words.seconds]
        : seconds < 5400
          ? [seconds / 60, words.minutes]
          : [seconds / 3600, words.hours]
    return fill(words.left, { time: `${number.format(Math.ceil(n))} ${unit}` })
  }
  const units = locale === 'fr' ? ['ko', 'Mo', 'Go'] : ['kB', 'MB', 'GB']
  const sizeOf = bytes => {
    const at = bytes < 1e6 ? 0 : bytes < 1e9 ? 1 : 2
    return `${number.format(bytes / 1000 ** (at + 1))} ${units[at]}`
  }

  const refresh = () => {
    const planned = inState('planned').length
    const going = inState('waiting', 'sending').length
    bar.hidden = planned + going === 0
    const [first] = bar.querySelectorAll('[data-do="start"]')
    first.hidden = planned === 0
    first.lastElementChild.textContent = fill(planned === 1 ? words.start_one : words.start_other, { n: planned })
    bar.querySelector('[data-do="pause-all"]').hidden = going === 0
    bar.querySelector('[data-do="clear"]').hidden = planned === 0
    if (going > 0) say(fill(words.working, { n: going }))
    else if (done > 0 && planned === 0) say(fill(done === 1 ? words.sent_one : words.sent_other, { n: done }))
  }

  // what this page sends itself must not stand among what was interrupted
  const hide = () => {
    const keys = new Set([...rows].filter(({ state }) => state !== 'done').map(({ key }) => key))
    for (const item of document.querySelectorAll('.uploads [data-key]')) item.hidden = keys.has(item.dataset.key)
  }

  const over = event => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    root.classList.add('over')
  }
  const out = () => root.classList.remove('over')
  const dropped = async event => {
    event.preventDefault()
    out()
    await add(await filesOf(event.dataTransfer))
  }
  const chosen = async () => {
    const files = [...input.files].map(file => ({ file, path: file.webkitRelativePath || file.name }))
    input.value = ''
    await add(files)
  }
  const pressed = event => {
    const what = event.target.closest('[data-do]')?.dataset.do
    if (what === 'start') start()
    if (what === 'pause-all') for (const row of inState('waiting', 'sending')) act('pause', row)
    if (what === 'clear') for (const row of inState('planned')) remove(row)
  }
  const back = () => {
    for (const row of inState('failed')) if (row.transfer) state(row, 'waiting', words.waiting)
    next()
  }
  const leaving = event => {
    if (inState('waiting', 'sending').length > 0) event.preventDefault()
  }
  if (input.files.length > 0) void chosen() // quicker than this module came
  root.addEventListener('dragover', over)
  root.addEventListener('dragleave', out)
  root.addEventListener('drop', event => void dropped(event))
  input.addEventListener('change', () => void chosen())
  bar.addEventListener('click', pressed)
  addEventListener('online', back)
  addEventListener('beforeunload', leaving)
  document.addEventListener('htmx:after:swap', hide)
  return () => {
    for (const row of inState('sending')) row.transfer?.pause()
    removeEventListener('online', back)
    removeEventListener('beforeunload', leaving)
    document.removeEventListener('htmx:after:swap', hide)
  }
}

const same = (one, other) =>
  one.name === other.name && one.size === other.size && one.lastModified === other.lastModified

/** Files that were dropped, those in folders with their paths. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean)
  if (entries.length === 0) return [...transfer.files].map(file => ({ file, path: file.name }))
  const found = await Promise.all(entries.map(walk))
  return found.flat()
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject))
    return file.name.startsWith('.') ? [] : [{ file, path: entry.fullPath.slice(1) }]
  }
  const reader = entry.createReader()
  const found = []
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) break
    found.push(...some)
  }
  const files = await Promise.all(found.map(walk))
  return files.flat()
}
