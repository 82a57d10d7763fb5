// Runs before the first paint, so that a folded rail is never seen unfolding. Only staff have one: elsewhere a page may stand
// in a frame that has no storage.
if (document.documentElement.dataset.frame === 'staff' && localStorage.getItem('rail') === 'folded')
  document.documentElement.dataset.rail = 'folded'

/**
 * A browser that gives up the transition between two pages (the page was quicker, its styles came late, somebody clicked
 * again) shows the page without it: nothing is lost, and yet it rejects a promise, one that no event hands out.
 */
addEventListener('unhandledrejection', event => {
  const { reason } = event
  if (reason instanceof DOMException && /^Transition was (aborted|skipped)/.test(reason.message)) event.preventDefault()
})
