/** Where to go on after signing in: an address of our own, else `/`. */
export function ownPath(next: unknown): string {
  const nowhere = 'http://own.invalid'
  if (typeof next !== 'string' || !next.startsWith('/') || !URL.canParse(next, nowhere)) return '/'
  // parsed as a browser would: `//evil`, `/\evil` and a tab between the strokes are other hosts
  const { origin, pathname, search } = new URL(next, nowhere)
  return origin === nowhere && !pathname.startsWith('//') ? pathname + search : '/'
}
