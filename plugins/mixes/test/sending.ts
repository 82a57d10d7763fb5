import type { House, Visitor } from '../../../test/helper.ts'
import { origin } from '../../../test/helper.ts'

/** A WAV of stereo silence with a tone of its own, so that no two are the same bytes. */
export function wav({
  ms = 200,
  rate = 48_000,
  tone = 440,
  said
}: { ms?: number; rate?: number; tone?: number; said?: number } = {}): Buffer {
  const frames = Math.round((ms * rate) / 1000)
  const data = Buffer.alloc(frames * 4)
  for (let frame = 0; frame < frames; frame++) {
    const sample = Math.round(8000 * Math.sin((2 * Math.PI * tone * frame) / rate))
    data.writeInt16LE(sample, frame * 4)
    data.writeInt16LE(sample, frame * 4 + 2)
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(2, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 4, 28)
  head.writeUInt16LE(4, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(said ?? data.length, 40)
  return Buffer.concat([head, data])
}

/** Announces a file, as tus does; the answer, and the key in its address. */
export async function announce(who: Visitor, bytes: number, fields: Record<string, string | number>) {
  const metadata = Object.entries(fields).map(
    ([key, value]) => `${key} ${Buffer.from(String(value)).toString('base64')}`
  )
  const headers = { 'tus-resumable': '1.0.0', 'upload-length': String(bytes), 'upload-metadata': metadata.join(',') }
  const answer = await who.post('/mixes/uploads', {}, headers)
  return { answer, key: answer.location.split('/').at(-1) ?? '' }
}

/** Sends a piece from `offset` on. */
export function patch(
  house: House,
  who: Visitor,
  key: string,
  offset: number,
  piece: Buffer,
  headers: Record<string, string> = {}
) {
  return house.app.inject({
    method: 'PATCH',
    url: `/s/${house.studio.slug}/mixes/uploads/${key}`,
    payload: piece,
    headers: {
      origin,
      host: new URL(origin).host,
      cookie: `sign-in=${who.token}`,
      'content-type': 'application/offset+octet-stream',
      'tus-resumable': '1.0.0',
      'upload-offset': String(offset),
      ...headers
    }
  })
}

/** Sends a whole file in one piece. */
export async function sendFile(
  house: House,
  who: Visitor,
  content: Buffer,
  fields: Record<string, string | number>
): Promise<string> {
  const { answer, key } = await announce(who, content.length, fields)
  if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`)
  const sent = await patch(house, who, key, 0, content)
  if (sent.statusCode !== 204) throw new Error(`${sent.statusCode} ${sent.body}`)
  return key
}
