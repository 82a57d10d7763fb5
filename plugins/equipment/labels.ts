/** QR codes as paths of an SVG: squares of 1 in a field of `size`, its quiet border of 2 included. */
export async function qrPaths(texts: readonly string[]): Promise<{ path: string; size: number }[]> {
  // ten megabytes for who prints labels, now and then
  const { create } = await import('qrcode')
  return texts.map(text => pathOf(create(text, { errorCorrectionLevel: 'M' }).modules))
}

function pathOf(modules: { size: number; get: (row: number, column: number) => number }): {
  path: string
  size: number
} {
  const rows = Array.from({ length: modules.size }, (_, y) =>
    Array.from({ length: modules.size }, (_, x) => (modules.get(y, x) ? `M${x + 2} ${y + 2}h1v1h-1z` : '')).join('')
  )
  return { path: rows.join(''), size: modules.size + 4 }
}

/** `K7F2QXM` as people read it: `K7F 2QXM`. */
export const readableCode = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`
