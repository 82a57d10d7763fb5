/** How many columns a drawn waveform has: more than a desk shows pixels of it, and a page stays light. */
const columns = 900
/** The box it is drawn in: `viewBox="0 0 900 256"`, the middle at 128. */
export const waveBox = `0 0 ${columns} 256`

/**
 * Stored peaks (pairs of signed bytes, lowest and highest) as the path of an SVG: the highest from left to right, the
 * lowest back. Steps are relative, a few characters each. The browser draws the same from the same bytes, in wave.js.
 */
export function wavePath(peaks: Buffer | null | undefined, wanted = columns): string {
  const pairs = peaks ? peaks.length >> 1 : 0
  if (!peaks || pairs === 0) return ''
  const high: number[] = []
  const low: number[] = []
  for (let column = 0; column < wanted; column++) {
    const from = Math.floor((column * pairs) / wanted)
    const to = Math.max(from + 1, Math.floor(((column + 1) * pairs) / wanted))
    let [bottom, top] = [0, 0]
    for (let at = from; at < to; at++) {
      bottom = Math.min(bottom, peaks.readInt8(at * 2))
      top = Math.max(top, peaks.readInt8(at * 2 + 1))
    }
    high.push(127 - top)
    low.push(129 - bottom)
  }
  const step = columns / wanted
  let path = `M0 ${high[0]}l`
  for (let at = 1; at < wanted; at++) path += pair(step, (high[at] ?? 0) - (high[at - 1] ?? 0))
  path += pair(0, (low[wanted - 1] ?? 0) - (high[wanted - 1] ?? 0))
  for (let at = wanted - 2; at >= 0; at--) path += pair(-step, (low[at] ?? 0) - (low[at + 1] ?? 0))
  return `${path}z`
}

const pair = (x: number, y: number): string => `${x} ${y} `

/** A picture of it for lists: grey on either ground, for a picture cannot know the theme that was chosen. */
export const waveImage = (peaks: Buffer | null | undefined): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${waveBox}" preserveAspectRatio="none"><path fill="#8a8680" d="${wavePath(peaks, 150)}"/></svg>`
