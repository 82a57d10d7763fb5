import { crc32, inflateSync } from 'node:zlib'

const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const channels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/**
 * The PNG of a drawing as a browser gives it, `data:image/png;base64,…`; undefined for anything that a page or a PDF could
 * not draw: it is read to its end.
 */
export function drawingIn(dataUrl: string): Buffer | undefined {
  const bytes = Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64')
  return isPng(bytes) ? bytes : undefined
}

/** A whole PNG of 8 bits a channel, not interlaced, at most 2000 × 1200: what a canvas makes. */
export function isPng(bytes: Buffer): boolean {
  if (!bytes.subarray(0, 8).equals(start)) return false
  const parts = chunksOf(bytes)
  const head = parts?.[0]
  if (!parts || head?.type !== 'IHDR' || head.data.length !== 13 || parts.at(-1)?.type !== 'IEND') return false
  const [width, height] = [head.data.readUInt32BE(0), head.data.readUInt32BE(4)]
  const [depth, colour, , , interlaced] = head.data.subarray(8)
  const perPixel = channels[colour ?? -1]
  if (width < 1 || height < 1 || width > 2000 || height > 1200) return false
  if (depth !== 8 || perPixel === undefined || colour === 3 || interlaced !== 0) return false
  const pixels = Buffer.concat(parts.filter(({ type }) => type === 'IDAT').map(({ data }) => data))
  const wanted = height * (1 + width * perPixel)
  try {
    const rows = inflateSync(pixels, { maxOutputLength: wanted + 1 })
    // each row begins with the number of its filter; with any other, whoever draws it gives up
    const filters = Array.from({ length: height }, (_, row) => rows[row * (1 + width * perPixel)] ?? 5)
    return rows.length === wanted && filters.every(filter => filter <= 4)
  } catch {
    // not what zlib wrote, or more than the head says: no picture
    return false
  }
}

/** The chunks up to IEND, each with the right sum; undefined when one is broken or something follows. */
function chunksOf(bytes: Buffer): { type: string; data: Buffer }[] | undefined {
  const found: { type: string; data: Buffer }[] = []
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at)
    const end = at + 12 + length
    if (end > bytes.length) return undefined
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return undefined
    found.push({ type, data: bytes.subarray(at + 8, end - 4) })
    if (type === 'IEND') return end === bytes.length ? found : undefined
    at = end
  }
  return undefined
}
