// Many files at once: each is sent by itself, and says what became of it. One at a time works without this.

/** @param {HTMLFormElement} form */
export default function drop(form) {
  const zone = form.querySelector('.expense-dropzone')
  const input = form.querySelector('input[type="file"]')
  const shown = form.querySelector('.expense-dropped')
  input.multiple = true

  const say = (item, kind, text, href) => {
    item.className = kind
    item.querySelector('span').textContent = ` ${text}`
    if (href) item.append(' ', Object.assign(document.createElement('a'), { href, textContent: form.dataset.see }))
  }

  const send = async file => {
    const item = document.createElement('li')
    item.append(Object.assign(document.createElement('b'), { textContent: file.name }), document.createElement('span'))
    shown.append(item)
    say(item, 'quiet', form.dataset.reading)
    const body = new FormData()
    body.append('file', file, file.name)
    body.append('name', file.name)
    const answer = await fetch(form.action, { method: 'post', body }).catch(() => undefined)
    if (answer?.ok) return say(item, 'good', form.dataset.done, answer.url)
    const page = answer && new DOMParser().parseFromString(await answer.text(), 'text/html')
    const sentence = page?.querySelector('.form-errors li')?.textContent.trim()
    return say(item, 'bad', sentence || form.dataset.failed)
  }

  const sendAll = async files => {
    for (const file of files) await send(file)
    input.value = ''
  }

  const over = event => {
    event.preventDefault()
    zone.classList.add('over')
  }
  const out = () => zone.classList.remove('over')
  const dropped = event => {
    event.preventDefault()
    out()
    void sendAll([...event.dataTransfer.files])
  }
  const submitted = event => {
    if (input.files.length < 2) return
    event.preventDefault()
    event.stopImmediatePropagation()
    void sendAll([...input.files])
  }
  zone.addEventListener('dragover', over)
  zone.addEventListener('dragleave', out)
  zone.addEventListener('drop', dropped)
  form.addEventListener('submit', submitted, true)
  return () => form.removeEventListener('submit', submitted, true)
}
