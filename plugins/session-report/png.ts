import { refuse } from '@patchbay/core'
import { drawingIn } from '@patchbay/core/drawings'

/**
 * The PNG of a drawing as a browser gives it, `data:image/png;base64,…`, at most 150 kB. @throws a refusal of the field
 * `image`.
 */
export function drawingOf(dataUrl: string): Buffer {
  const drawing = drawingIn(dataUrl)
  if (!drawing) throw refuse({ image: 'session-report.errors.image' })
  if (drawing.length > 150_000) throw refuse({ image: 'session-report.errors.image_size' })
  return drawing
}
