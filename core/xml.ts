import { XMLParser } from 'fast-xml-parser'

/** An element: its children by local name, its attributes by `@name`, its text by `#text` and `#cdata`. */
export type Element = { [name: string]: (Element | string)[] | string }

const many = (value: Element[string] | undefined): (Element | string)[] => (value === undefined ? [] : [value].flat())

export type ReadXml = { root: Element; name: string } | { wrong: 'xml_unsafe' | 'xml_unreadable' }

/** Deeper than any invoice, and than any that is still meant well. */
const deepest = 40

/**
 * Reads XML that strangers wrote: no document type and no entities of its own (no bomb, nothing fetched), not deep, names
 * without their prefixes. Numbers stay texts.
 */
export function readXml(bytes: Uint8Array): ReadXml {
  const text = decode(bytes)
  if (/<!\s*(DOCTYPE|ENTITY)/i.test(text)) return { wrong: 'xml_unsafe' }
  try {
    const found = parser.parse(text, true) as Element
    const [name = ''] = Object.keys(found).filter(key => !/^[#@?]/.test(key))
    const [root] = many(found[name])
    return root && typeof root === 'object' ? { root, name } : { wrong: 'xml_unreadable' }
  } catch {
    // other people's files make the parser throw: that is an answer here, not a failure of ours
    return { wrong: 'xml_unreadable' }
  }
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  processEntities: false,
  cdataPropName: '#cdata',
  alwaysCreateTextNode: true,
  isArray: () => true,
  maxNestedTags: deepest
})

/** By its mark, else by its declaration, else UTF-8. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes[0] === 0x3c && bytes[1] === 0) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0 && bytes[1] === 0x3c) return new TextDecoder('utf-16be').decode(bytes)
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  const said = /^\s*<\?xml[^>]*encoding=["'](iso-8859-\d{1,2}|windows-125\d|us-ascii)["']/i.exec(head)?.[1]
  return new TextDecoder(said ?? 'utf-8').decode(bytes)
}

/** All elements at a path below one, `SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem`. */
export function all(from: Element | undefined, path: string): Element[] {
  let found = from ? [from] : []
  for (const name of path.split('/')) {
    found = found.flatMap(element => many(element[name])).filter(one => typeof one === 'object')
  }
  return found
}

/** The first of them. */
export const first = (from: Element | undefined, path: string): Element | undefined => all(from, path)[0]

/** The text of the first element at a path, or of the element itself; null when there is none or it is empty. */
export function textOf(from: Element | undefined, path = ''): string | null {
  const element = path ? first(from, path) : from
  if (!element) return null
  const plain = many(element['#text'])
    .filter(part => typeof part === 'string')
    .map(unescape)
  const kept = many(element['#cdata']).map(part => (typeof part === 'string' ? part : (textOf(part) ?? '')))
  // what PostgreSQL cannot store goes
  const text = [...plain, ...kept].join('').replaceAll('\0', '').toWellFormed().replace(/\s+/g, ' ').trim()
  return text || null
}

/** An attribute's text. */
export function attribute(element: Element | undefined, name: string): string | null {
  const [value] = many(element?.[`@${name}`])
  return typeof value === 'string' ? unescape(value).trim() : null
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The five entities of XML and numbers; anything else stays as it is written. */
const unescape = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return named[name.toLowerCase()] ?? whole
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })
