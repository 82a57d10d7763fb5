import { Crew } from './database/crew.ts'

/** A photo as it is kept. */
export interface Photo {
  content: Buffer
  width: number
  height: number
}

const widest = 1600
/** More pixels than any camera of a telephone makes; four bytes each while they are turned. */
const mostPixels = 60_000_000
/** Each may take 240 MB for a moment. */
const darkroom = new Crew(2)

/** How a photo is kept: small, or on white so that documents can be made with it. */
export type PhotoKind = 'webp' | 'png'

/**
 * A photo made upright and small, with nothing in it but its pixels; undefined for what is no photo, whatever its name and
 * type say. `most` pixels a side.
 */
export async function encodePhoto(
  content: Buffer,
  most = widest,
  kind: PhotoKind = 'webp'
): Promise<Photo | undefined> {
  if (!isPhoto(content)) return undefined
  return darkroom.run(async () => {
    // 16 MB of native code, which most processes never need
    const { default: sharp } = await import('sharp')
    sharp.cache(false)
    const small = sharp(content, { limitInputPixels: mostPixels, failOn: 'error' })
      .timeout({ seconds: 8 })
      .autoOrient()
      .resize(most, most, { fit: 'inside', withoutEnlargement: true })
    const made = (
      kind === 'png' ? small.flatten({ background: '#ffffff' }).png() : small.webp({ quality: 80 })
    ).toBuffer({ resolveWithObject: true })
    // what strangers send cannot always be decoded: that is an answer, not a failure of ours
    return made.then(
      ({ data, info }) => ({ content: data, width: info.width, height: info.height }),
      () => undefined
    )
  })
}

/** Begins as JPEG, PNG, WebP or AVIF does. Nothing else reaches the decoders: no SVG, no PDF, no TIFF. */
function isPhoto(content: Buffer): boolean {
  const text = content.toString('latin1', 0, 16)
  return (
    text.startsWith('\xff\xd8\xff') ||
    text.startsWith('\x89PNG\r\n\x1a\n') ||
    (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) ||
    text.startsWith('ftypavif', 4)
  )
}
