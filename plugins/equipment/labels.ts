import { create } from 'qrcode'

/** A QR code as the path of an SVG: squares of 1 in a field of `size`, its quiet border of 2 included. */
export function qrPath(text: string): { path: string; size: number } {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const rows = Array.from({ length: modules.size }, (_, y) =>
    Array.from({ length: modules.size }, (_, x) => (modules.get(y, x) ? `M${x + 2} ${y + 2}h1v1h-1z` : '')).join('')
  )
  return { path: rows.join(''), size: modules.size + 4 }
}

/** `K7F2QXM` as people read it: `K7F 2QXM`. */
export const readableCode = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`
