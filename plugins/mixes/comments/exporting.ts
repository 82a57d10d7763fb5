import type { Context } from '@patchbay/core'
import { csvLines, csvMark } from '@patchbay/core/csv'
import type { CommentedRevision } from './queries.ts'
import { momentText } from './moments.ts'
import type { Thread } from './threads.ts'

/*
 * What was said of a revision, as files. The text and the table hold everything; markers hold what stands at a place in the
 * music, for that is all a marker can say.
 */

type Words = Pick<Context, 't' | 'fmt'>

/** To read or to mail: one request after another, with its answers. */
export function commentsText({ t, fmt }: Words, revision: CommentedRevision, threads: readonly Thread[]): string {
  const head = [titleOf(revision), t(`mixes.comments.versions.${revision.version}`, { n: revision.number })].join(' · ')
  const lines = threads.flatMap(thread => [
    '',
    `[${thread.resolved_at ? 'x' : ' '}] ${thread.place ?? t('mixes.comments.whole')}  ${thread.author}, ${fmt.datetime(thread.at)}`,
    ...indented(thread.body, '    '),
    ...thread.answers.flatMap(({ author, at, body }) => [
      `    > ${author}, ${fmt.datetime(at)}`,
      ...indented(body, '      ')
    ])
  ])
  return [head, '='.repeat(head.length), ...lines, ''].join('\n')
}

/** For spreadsheets: a line for each comment and each answer. */
export function commentsCsv({ t }: Words, threads: readonly Thread[]): string {
  const columns = ['id', 'answers', 'start', 'end', 'author', 'at', 'text', 'resolved', 'resolved_by']
  const rows = threads.flatMap(thread =>
    [thread, ...thread.answers].map(one => [
      String(one.id),
      one.parent_id === null ? '' : String(one.parent_id),
      one.at_ms === null ? '' : momentText(one.at_ms),
      one.until_ms === null ? '' : momentText(one.until_ms),
      one.author,
      one.at.toISOString(),
      one.body,
      one.resolved_at?.toISOString() ?? '',
      one.resolved_by ?? ''
    ])
  )
  return csvMark + csvLines([columns.map(column => t(`mixes.comments.columns.${column}`)), ...rows])
}

/** Markers and regions as Reaper's Region/Marker Manager exports and imports them, in minutes and seconds. */
export function reaperMarkers(threads: readonly Thread[]): string {
  let [markers, regions] = [0, 0]
  const rows = placed(threads).map(({ at_ms, until_ms, name }) => {
    if (until_ms === null) return [`M${++markers}`, quoted(name), thousandths(at_ms), '', '']
    return [`R${++regions}`, quoted(name), ...[at_ms, until_ms, until_ms - at_ms].map(thousandths)]
  })
  return [['#', 'Name', 'Start', 'End', 'Length'], ...rows].map(row => `${row.join(',')}\r\n`).join('')
}

/** A label track of Audacity: start and end in seconds and a name, by tabs. A moment ends where it starts. */
export const audacityLabels = (threads: readonly Thread[]): string =>
  placed(threads)
    .map(({ at_ms, until_ms, name }) => `${seconds(at_ms)}\t${seconds(until_ms ?? at_ms)}\t${name}\n`)
    .join('')

/**
 * A Standard MIDI File of one track with nothing but markers, at 120 beats a minute and 480 ticks a beat: 960 ticks are a
 * second, whatever the tempo of the project it is laid into says. A span has a second marker at its end.
 */
export function midiMarkers(revision: CommentedRevision, threads: readonly Thread[]): Buffer {
  const marks = placed(threads)
    .flatMap(({ at_ms, until_ms, name }) => [
      { ms: at_ms, name },
      ...(until_ms === null ? [] : [{ ms: until_ms, name: `] ${name}` }])
    ])
    .toSorted((a, b) => a.ms - b.ms)
  let last = 0
  const events = marks.flatMap(({ ms, name }) => {
    const tick = Math.round((ms * 960) / 1000)
    const delta = tick - last
    last = tick
    return [variable(delta), meta(0x06, Buffer.from(name))]
  })
  const tempo = meta(0x51, Buffer.from([0x07, 0xa1, 0x20])) // 500,000 microseconds a beat
  const opening = [variable(0), meta(0x03, Buffer.from(titleOf(revision))), variable(0), tempo]
  const track = Buffer.concat([...opening, ...events, variable(0), meta(0x2f, Buffer.alloc(0))])
  const header = Buffer.from([0, 0, 0, 1, 480 >> 8, 480 & 255])
  return Buffer.concat([chunk('MThd', header), chunk('MTrk', track)])
}

/** What stands somewhere, first to last, with a name of one line: who, and what they said. */
function placed(threads: readonly Thread[]): { at_ms: number; until_ms: number | null; name: string }[] {
  return threads
    .flatMap(({ at_ms, until_ms, author, body, resolved_at }) => {
      const words = `${resolved_at ? '✓ ' : ''}${author} : ${body}`.replace(/\s+/g, ' ').trim()
      return at_ms === null ? [] : [{ at_ms, until_ms, name: words.length > 200 ? `${words.slice(0, 199)}…` : words }]
    })
    .toSorted((a, b) => a.at_ms - b.at_ms)
}

const titleOf = ({ artist, title }: CommentedRevision) => [artist, title].filter(Boolean).join(' – ')
const indented = (text: string, by: string) => text.split('\n').map(line => by + line)
const seconds = (ms: number) => (ms / 1000).toFixed(6)

/** `83.400` as `1:23.400`; hours stand before them when there are any. */
function thousandths(ms: number): string {
  const [whole = '', part = ''] = (ms / 1000).toFixed(3).split('.')
  const rest = Number(whole)
  const [hours, minutes] = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60]
  const two = (number: number) => String(number).padStart(2, '0')
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(rest % 60)}.${part}`
}

/** A cell of a comma separated line; one that a spreadsheet would run is kept from it. */
const quoted = (text: string) => `"${text.replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`

/** A number as MIDI writes lengths: seven bits a byte, all but the last with the high bit. */
function variable(number: number): Buffer {
  const bytes = [number & 127]
  for (let rest = number >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 127) | 128)
  return Buffer.from(bytes)
}

const meta = (type: number, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, type]), variable(data.length), data])

function chunk(name: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([Buffer.from(name), length, data])
}
