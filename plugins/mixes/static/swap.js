// Puts a part of another page, or of this one read anew, in the place of one that is here; its islands wake by htmx's own
// events, and those that are gone are sent to sleep by app.js.

export function put(old, fresh) {
  old.replaceWith(document.adoptNode(fresh))
  htmx.process(fresh)
  document.dispatchEvent(new CustomEvent('htmx:after:swap', { bubbles: true }))
}

/**
 * The page at an address, or that which answers what is sent there, to take parts of: what was answered, and the document
 * when it is one. Rejects when nobody answers.
 */
export async function readPage(address, signal, sent = {}) {
  const answer = await fetch(address, { ...sent, signal, headers: { accept: 'text/html' } })
  const page = answer.headers.get('content-type')?.startsWith('text/html')
  return { answer, parsed: page ? new DOMParser().parseFromString(await answer.text(), 'text/html') : undefined }
}
