import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'
import type { Test } from 'tap'

/** A mail as it arrived. */
export interface Received {
  to: string[]
  /** As it came over the wire. */
  raw: string
  /** Its parts with content: text, HTML, files. `name` is empty for what is no file. */
  parts: { type: string; name: string; content: Buffer }[]
}

/** A mail server on loopback, closed at the end of `t`. `refuse` says what it answers to a recipient instead of taking it. */
export async function openSmtp(t: Test, refuse: (to: string) => string | undefined = () => undefined) {
  const received: Received[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const reason = refuse(address)
      done(reason ? Object.assign(new Error(reason), { responseCode: Number(reason.slice(0, 3)) }) : undefined)
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('latin1')
        received.push({ to: envelope.rcptTo.map(({ address }) => address), raw, parts: partsOf(raw) })
        done()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  t.teardown(() => new Promise<void>(resolve => server.close(resolve)))
  const { port } = server.server.address() as { port: number }
  return { url: `smtp://127.0.0.1:${port}`, received }
}

/** The leaves of a MIME tree; what nodemailer writes, no more. */
function partsOf(raw: string): Received['parts'] {
  const cut = raw.indexOf('\r\n\r\n')
  const head = raw.slice(0, cut).replace(/\r\n[ \t]+/g, ' ')
  const body = raw.slice(cut + 4)
  const type = /^content-type: *(.*)$/im.exec(head)?.[1] ?? 'text/plain'
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1]
  if (boundary) {
    return body
      .split(`--${boundary}`)
      .slice(1, -1)
      .flatMap(part => partsOf(part.replace(/^\r\n/, '').replace(/\r\n$/, '')))
  }
  const encoding = /^content-transfer-encoding: *(\S+)/im.exec(head)?.[1]?.toLowerCase()
  const content =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : Buffer.from(encoding === 'quoted-printable' ? unquoted(body) : body, 'latin1')
  return [{ type, name: nameOf(head), content }]
}

const unquoted = (text: string) =>
  text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))

/** `filename="…"`, or RFC 2231's `filename*0*=utf-8''…; filename*1*=…`. */
function nameOf(head: string): string {
  const disposition = /^content-disposition: *(.*)$/im.exec(head)?.[1] ?? ''
  const pieces = [...disposition.matchAll(/filename\*\d*\*?=(?:utf-8'')?([^;]+)/gi)].map(([, piece = '']) =>
    piece.trim()
  )
  if (pieces.length > 0) return decodeURIComponent(pieces.join(''))
  return /filename="?([^";]+)/.exec(disposition)?.[1] ?? ''
}
