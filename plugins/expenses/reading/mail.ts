/** A mail as it came, `message/rfc822`: who sent it, about what, and what was attached. */
export interface ReadMail {
  from: string
  subject: string
  attachments: { name: string; content: Buffer }[]
}

const deepest = 8
const mostParts = 100

/** Begins as mails do: header lines, of which one is only in mails. */
export function isMail(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 20_000).toString('latin1')
  const [fields = ''] = head.split(/\r?\n\r?\n/, 1)
  const lines = fields.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  return (
    lines.length > 2 &&
    lines.every((line, at) => /^[!-9;-~]+:/.test(line) || (at === 0 && line.startsWith('From '))) &&
    /^(from|received|return-path|mime-version|message-id):/im.test(fields)
  )
}

/** Reads a mail (RFC 5322, 2045, 2047, 2231), and mails attached to it. What is broken in it is left out. */
export function readMail(bytes: Buffer): ReadMail {
  const { headers } = split(bytes)
  const attachments: ReadMail['attachments'] = []
  collect(bytes, attachments, 0)
  return { from: words(headers.get('from') ?? ''), subject: words(headers.get('subject') ?? ''), attachments }
}

function collect(bytes: Buffer, into: ReadMail['attachments'], depth: number): void {
  if (depth > deepest || into.length >= mostParts) return
  const { headers, body } = split(bytes)
  const type = headers.get('content-type') ?? 'text/plain'
  const kind = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const content = decoded(body, headers.get('content-transfer-encoding') ?? '')
  if (kind.startsWith('multipart/')) {
    const boundary = parameter(type, 'boundary')
    if (boundary) for (const part of parts(body, boundary)) collect(part, into, depth + 1)
    return
  }
  if (kind === 'message/rfc822') return collect(content, into, depth + 1)
  const disposition = headers.get('content-disposition') ?? ''
  const name = parameter(disposition, 'filename') ?? parameter(type, 'name')
  const wanted = name || /^attachment/i.test(disposition) || /^application\/(pdf|xml)$|^text\/xml$/.test(kind)
  if (wanted && content.length > 0) into.push({ name: name ?? '', content })
}

/** Headers, unfolded, by their names in small letters (the first of each), and what is below them. */
function split(bytes: Buffer): { headers: Map<string, string>; body: Buffer } {
  const found = /^\r?\n|\r?\n\r?\n/.exec(bytes.subarray(0, 200_000).toString('latin1'))
  const end = found ? found.index : bytes.length
  const headers = new Map<string, string>()
  const text = bytes
    .subarray(0, end)
    .toString('utf8')
    .replace(/\r?\n[ \t]+/g, ' ')
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? []
    if (name && value !== undefined && !headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), value)
  }
  return { headers, body: bytes.subarray(end + (found?.[0].length ?? 0)) }
}

/** What stands between the boundary's lines. */
function parts(body: Buffer, boundary: string): Buffer[] {
  const text = body.toString('latin1')
  const line = new RegExp(`(?:^|\\r?\\n)--${boundary.replace(/[^\w]/g, '\\$&')}(--)?[ \\t]*(?=\\r?\\n|$)`, 'g')
  const marks = [...text.matchAll(line)].slice(0, mostParts + 1)
  return marks.flatMap((mark, at) => {
    if (mark[1]) return []
    const start = mark.index + mark[0].length
    const end = marks[at + 1]?.index ?? text.length
    return [Buffer.from(text.slice(start, end).replace(/^\r?\n/, ''), 'latin1')]
  })
}

function decoded(body: Buffer, encoding: string): Buffer {
  const how = encoding.trim().toLowerCase()
  if (how === 'base64') return Buffer.from(body.toString('latin1'), 'base64')
  if (how !== 'quoted-printable') return body
  const text = body
    .toString('latin1')
    .replace(/[ \t]+(?=\r?\n)/g, '')
    .replace(/=\r?\n/g, '')
  return Buffer.from(fromHex(text, /=([0-9a-f]{2})/gi), 'latin1')
}

const fromHex = (text: string, pattern: RegExp) =>
  text.replace(pattern, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** A parameter of a header: `filename="a.pdf"`, `filename*=UTF-8''a%20b.pdf`, in parts `filename*0=`. */
function parameter(header: string, name: string): string | undefined {
  const pieces = [
    ...header.matchAll(new RegExp(`;\\s*${name}(\\*\\d{1,2})?(\\*)?=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'gi'))
  ]
  if (pieces.length === 0) return undefined
  const coded = pieces.some(piece => piece[2])
  const whole = pieces.map(piece => piece[3]?.replace(/\\(.)/g, '$1') ?? piece[4] ?? '').join('')
  if (!coded) return words(whole)
  const [, charset = 'utf-8', text = whole] = /^([\w-]*)'[^']*'(.*)$/s.exec(whole) ?? []
  return textIn(Buffer.from(fromHex(text, /%([0-9a-f]{2})/gi), 'latin1'), charset)
}

/** Encoded words (RFC 2047): `=?UTF-8?Q?Facture_=C3=A9?=`. */
const words = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?([\w-]+)(?:\*\w+)?\?([BQ])\?([^?]*)\?=/gi, (_, charset: string, how: string, coded: string) =>
      how.toUpperCase() === 'B'
        ? textIn(Buffer.from(coded, 'base64'), charset)
        : textIn(Buffer.from(fromHex(coded.replaceAll('_', ' '), /=([0-9a-f]{2})/gi), 'latin1'), charset)
    )

const charsets = /^(utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d)$/i

const textIn = (bytes: Buffer, charset: string): string =>
  new TextDecoder(charsets.test(charset) ? charset : 'utf-8').decode(bytes)
