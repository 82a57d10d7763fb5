/**
 * A browser that gives up the transition between two pages (the page was quicker, its styles came late, somebody clicked
 * again) shows the page without it: nothing is lost, and yet it rejects a promise, one that no event hands out.
 */
addEventListener('unhandledrejection', event => {
  const { reason } = event
  if (reason instanceof DOMException && /^Transition was (aborted|skipped)/.test(reason.message)) event.preventDefault()
})
