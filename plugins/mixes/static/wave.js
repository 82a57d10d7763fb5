// Waveforms from stored peaks: pairs of signed bytes, lowest and highest. Drawn as player/waves.ts draws them on the server.

const columns = 900
const known = new Map()

/** The path of the peaks at an address, as `d` of an SVG path; fetched once. Rejects when they cannot be had. */
export function pathOf(address) {
  let path = known.get(address)
  if (!path) {
    path = fetch(address).then(async answer => {
      if (!answer.ok) throw new Error(`peaks: ${answer.status}`)
      return draw(new Int8Array(await answer.arrayBuffer()))
    })
    known.set(address, path)
    path.catch(() => known.delete(address))
  }
  return path
}

function draw(peaks) {
  const pairs = peaks.length >> 1
  const high = []
  const low = []
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * pairs) / columns)
    const to = Math.max(from + 1, Math.floor(((column + 1) * pairs) / columns))
    let bottom = 0
    let top = 0
    for (let at = from; at < to; at++) {
      bottom = Math.min(bottom, peaks[at * 2])
      top = Math.max(top, peaks[at * 2 + 1])
    }
    high.push(127 - top)
    low.push(129 - bottom)
  }
  const points = [...high.map((y, x) => `${x} ${y}`), ...low.map((y, x) => `${x} ${y}`).toReversed()]
  return `M${points.join(' ')}z`
}

/** 3:07 */
export function clock(seconds) {
  const whole = Math.floor(seconds + 0.001)
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    String(whole % 60).padStart(2, '0')
  ]
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}
