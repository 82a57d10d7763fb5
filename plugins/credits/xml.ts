/*
 * XML as it is written. A text is escaped and loses what XML 1.0 has no place for; an element without content is left out.
 */

/** What is inside an element: its text, or elements that are made already; null for nothing. */
export type Inside = string | number | boolean | Markup | null | (Markup | null)[]

/** A piece of XML that was made by `element`: only that is printed as it is. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

// oxlint-disable-next-line no-control-regex -- these are what must go
const unprintable = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

/** Text as XML takes it. */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(unprintable, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // as such they would be read back as spaces and line feeds
    .replaceAll('\r', '&#13;')

/** An element with its attributes; null when there is nothing in it. */
export function element(name: string, inside: Inside, attributes: Record<string, string | number> = {}): Markup | null {
  const content = Array.isArray(inside) ? inside.map(one => one?.text ?? '').join('') : contentOf(inside)
  if (content === '') return null
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
  return new Markup(`<${name}${said.join('')}>${content}</${name}>`)
}

/** A whole document of one element. */
export function xmlDocument(root: Markup | null): string {
  if (!root) throw new Error('a document of XML has an element')
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.text}\n`
}

function contentOf(inside: Exclude<Inside, unknown[]>): string {
  if (inside === null) return ''
  return inside instanceof Markup ? inside.text : escaped(String(inside).trim())
}
