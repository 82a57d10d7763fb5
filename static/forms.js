// Forms: one sending at a time, Ctrl or Cmd + Enter saves, and nothing typed is lost by leaving.

/** A form being sent keeps its button busy; sending it again does nothing. */
const sent = new WeakSet()

document.addEventListener('submit', event => {
  const form = event.target
  if (event.defaultPrevented || form.method !== 'post') return
  if (sent.has(form)) return event.preventDefault()
  // htmx says itself when it is done
  if (form.matches('[hx-post], [hx-put], [hx-patch], [hx-delete]')) return
  sent.add(form)
  changed.delete(form)
  const button = event.submitter ?? form.querySelector('[type="submit"], button:not([type])')
  if (button) button.ariaBusy = 'true'
})

/** Whoever sent a form by script and had no answer says `unsent` at it: nothing is lost, and it can be sent again. */
document.addEventListener('unsent', ({ target }) => {
  sent.delete(target)
  if (target.matches('.form')) changed.add(target)
  for (const button of target.querySelectorAll('[aria-busy="true"]')) button.ariaBusy = null
})

// coming back to a page kept by the browser: it can be sent again
addEventListener('pageshow', event => {
  if (!event.persisted) return
  for (const button of document.querySelectorAll('[aria-busy="true"]')) button.ariaBusy = null
  for (const form of document.forms) sent.delete(form)
})

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => busy(ctx, 'true'))
document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => busy(ctx, null))

function busy(ctx, state) {
  const button = ctx.request.submitter ?? (ctx.sourceElement.matches('.button') && ctx.sourceElement)
  if (button) button.ariaBusy = state
}

document.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return
  const form = event.target.closest?.('form[method="post"]')
  if (!form) return
  event.preventDefault()
  form.requestSubmit(form.querySelector('[type="submit"]'))
})

/** Forms of class `form` that were typed into. One that came back with errors was never saved. */
const changed = new Set()

document.addEventListener('input', event => {
  const form = event.target.form
  if (form?.matches('.form[method="post"]')) changed.add(form)
})
for (const form of document.querySelectorAll('.form[method="post"]:has(.form-errors)')) changed.add(form)

addEventListener('beforeunload', event => {
  for (const form of changed) if (form.isConnected && !sent.has(form)) event.preventDefault()
})

/** A link of the errors' summary leads into the field, not only to it. */
document.addEventListener('click', event => {
  const link = event.target.closest('.form-errors a')
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)))
  if (!field) return
  event.preventDefault()
  const control = field.matches('fieldset') ? field.querySelector('input') : field
  control.focus()
  control.scrollIntoView({ block: 'center' })
})
