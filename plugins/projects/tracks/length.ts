/** Milliseconds from `3:45`, `1:02:03`, `3:45,250`, `3'45`, `3 min 45` or `225 s`; undefined for anything else, or nothing. */
export function parseLength(text: string): number | undefined {
  const plain = text.toLowerCase().trim().replace(/,/g, '.').replace(/["″]$/, '').replace(/['′]/g, ':')
  const colons = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,3})?)$/.exec(plain)
  if (colons) return msOf(colons[1], colons[2], colons[3])
  const said =
    /^(?:(\d{1,3}) ?h(?:eures?|ours?)? ?)?(?:(\d{1,3}) ?m(?:in)? ?)?(?:(\d{1,5}(?:\.\d{1,3})?) ?(?:s(?:ec)?)?)?$/.exec(
      plain
    )
  if (!said || !/[hms]/.test(plain)) return undefined
  return msOf(said[1], said[2], said[3])
}

/** Milliseconds as `3:45`, `1:02:03`; what is below a second is left out. */
export function showLength(ms: number): string {
  const all = Math.round(ms / 1000)
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}

/** A day at most, so that a slip is noticed. */
const longest = 24 * 3600_000

function msOf(hours = '0', minutes = '0', seconds = '0'): number | undefined {
  if (Number(seconds) >= 60 && (Number(minutes) > 0 || Number(hours) > 0)) return undefined
  const ms = Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000)
  return ms > 0 && ms <= longest ? ms : undefined
}
