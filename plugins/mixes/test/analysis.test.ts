import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { analyse } from '../analysis/analysis.ts'
import type { Analysis } from '../analysis/analysis.ts'
import { analyseApart } from '../analysis/apart.ts'
import { isPlayed, wantsCopy } from '../analysis/copies.ts'
import { findFfmpeg, makeCopy } from '../analysis/ffmpeg.ts'
import { Meter } from '../analysis/meter/meter.ts'
import type { Measured } from '../analysis/meter/meter.ts'
import { probe } from '../analysis/probe.ts'
import { playbacksOf, reportOf, worstOf } from '../analysis/report.ts'
import type { Reported } from '../analysis/report.ts'
import { after, aiff, chunk, flac, noise, tone, wav } from './sounds.ts'

const ffmpeg = await findFfmpeg(process.env['FFMPEG_PATH'])
const folder = mkdtempSync(join(tmpdir(), 'patchbay-sounds-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function file(content: Buffer | string, ending = 'wav'): string {
  const path = join(folder, `${files++}.${ending}`)
  writeFileSync(path, content)
  return path
}

/** A file in another format, by ffmpeg. */
function encoded(from: string, ending: string, ...options: string[]): string {
  const path = join(folder, `${files++}.${ending}`)
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', from, ...options, path])
  return path
}

function measure(
  channels: Float32Array[],
  rate = 48_000,
  { block = 20_000, mask = null as number | null } = {}
): Measured {
  const meter = new Meter({ rate, channels: channels.length, full: 0.999, mask })
  const frames = channels[0]?.length ?? 0
  for (let at = 0; at < frames; at += block) meter.add(channels.map(channel => channel.subarray(at, at + block)))
  return meter.done()
}

function about(t: Test, found: number | null | undefined, wanted: number, tolerance: number, what: string): void {
  t.ok(
    typeof found === 'number' && Math.abs(found - wanted) <= tolerance,
    `${what}: ${found} is ${wanted} ± ${tolerance}`
  )
}

const stereo = (channel: Float32Array) => [channel, channel]

t.test('loudness is that of BS.1770-4 and EBU Tech 3341', async t => {
  for (const rate of [22_050, 44_100, 48_000, 88_200, 96_000, 192_000])
    about(t, measure(stereo(tone(3, { rate })), rate).lufs, -23, 0.1, `997 Hz at -23 dBFS, ${rate} Hz`)
  const parts = (...levels: [dbfs: number, seconds: number][]) =>
    stereo(after(...levels.map(([dbfs, seconds]) => tone(seconds, { hz: 1000, dbfs, rate: 16_000 }))))
  const loudness = (...levels: [dbfs: number, seconds: number][]) => measure(parts(...levels), 16_000).lufs
  about(t, loudness([-23, 20]), -23, 0.1, 'case 1')
  about(t, loudness([-33, 20]), -33, 0.1, 'case 2')
  about(t, loudness([-36, 10], [-23, 60], [-36, 10]), -23, 0.1, 'case 3: the relative gate')
  const gates = loudness([-72, 10], [-36, 10], [-23, 60], [-36, 10], [-72, 10])
  about(t, gates, -23, 0.1, 'case 4: both gates')
  about(t, loudness([-26, 20], [-20, 20.1], [-26, 20]), -23, 0.1, 'case 5')
  const [front, centre, around] = [-28, -24, -30].map(dbfs => tone(5, { hz: 1000, dbfs })) as [
    Float32Array,
    Float32Array,
    Float32Array
  ]
  about(t, measure([front, front, centre, around, around]).lufs, -23, 0.1, 'case 6: 5.0, those around count more')
  const bass = tone(5, { hz: 60, dbfs: -3 })
  about(t, measure([front, front, centre, bass, around, around]).lufs, -23, 0.1, '5.1: the low one does not count')
  const sevenOne = measure([front, front, centre, bass, around, around, around, around], 48_000, { mask: 0x63f })
  t.ok((sevenOne.lufs ?? 0) > -23, '7.1 as its mask says')
  about(t, measure([tone(5)]).lufs, -26, 0.1, 'mono')
})

t.test('its range is that of EBU Tech 3342', async t => {
  const range = (...levels: number[]) =>
    measure(stereo(after(...levels.map(dbfs => tone(20, { hz: 1000, dbfs, rate: 16_000 })))), 16_000).lra
  about(t, range(-20, -30), 10, 1, 'case 1')
  about(t, range(-20, -15), 5, 1, 'case 2')
  about(t, range(-40, -20), 20, 1, 'case 3')
  about(t, range(-50, -35, -20, -35, -50), 15, 1, 'case 4')
  t.equal(measure(stereo(tone(2))).lra, null, 'two seconds have none')
})

t.test('true peak is between the samples', async t => {
  const peak = (divisor: number, degrees: number, level: number, rate = 48_000) =>
    measure(
      stereo(
        tone(1, {
          rate,
          hz: rate / divisor,
          dbfs: 20 * Math.log10(level),
          phase: (degrees * Math.PI) / 180,
          fade: 0.05
        })
      ),
      rate
    )
  for (const [divisor, degrees, level, dbtp] of [
    [4, 0, 0.5, -6],
    [4, 45, 0.5, -6],
    [6, 60, 0.5, -6],
    [8, 67.5, 0.5, -6],
    [4, 45, 1.41, 3]
  ] as const)
    about(t, peak(divisor, degrees, level).true_peak, dbtp, 0.3, `fs/${divisor} at ${degrees}°`)
  about(t, peak(4, 45, 0.5).sample_peak, -9, 0.1, 'the samples themselves are 3 dB below')
  about(t, peak(4, 45, 0.5, 96_000).true_peak, -6, 0.3, 'at 96 kHz')
  t.equal(peak(4, 45, 1.41).clipped, 0, 'what is between the samples is no clipping')
})

t.test('silence, shortness, a constant, a clipped square, and where sound begins and ends', async t => {
  const none = measure(stereo(new Float32Array(48_000)))
  t.match(none, { lufs: null, lra: null, true_peak: null, sample_peak: null, head_ms: 1000, tail_ms: 1000, clipped: 0 })
  const short = measure(stereo(tone(0.39)))
  t.equal(short.lufs, null, 'shorter than a block')
  about(t, short.sample_peak, -23, 0.1, 'its peak is known all the same')
  const one = measure([Float32Array.of(0.5)])
  about(t, one.sample_peak, -6.02, 0.01, 'one sample')
  t.equal(one.peaks.length, 3600)
  const constant = measure(stereo(new Float32Array(96_000).fill(0.5)))
  about(t, constant.sample_peak, -6.02, 0.01, 'a constant')
  t.ok(constant.lufs === null || constant.lufs < -20, `a constant is not loud: ${constant.lufs}`)
  const square = Float32Array.from({ length: 48_000 }, (_, frame) => (Math.floor(frame / 240) % 2 === 0 ? 1 : -1))
  const clipped = measure([square])
  t.equal(clipped.clipped, 200, 'each half wave is a run')
  t.ok((clipped.true_peak ?? 0) > 0, `it rings above full scale: ${clipped.true_peak}`)
  t.equal(measure([Float32Array.of(0, 1, 1, 0, 1, 1, 1, 0, -1, -1, -1, -1, 0)]).clipped, 2, 'two in a row are none')
  const within = after(new Float32Array(12_000), tone(1, { dbfs: -3 }), tone(0.5, { dbfs: -70 }))
  t.match(measure(stereo(within)), { head_ms: 250, tail_ms: 500 })
})

t.test('it is the same however the blocks fall', async t => {
  const sound = [noise(100_000, 0.9), noise(100_000, 0.7, 7)]
  const whole = measure(sound, 48_000, { block: 100_000 })
  for (const block of [1, 37, 256, 4800, 65_537].filter(block => block > 1)) {
    const { peaks, ...rest } = measure(sound, 48_000, { block })
    t.match(rest, { frames: 100_000, clipped: whole.clipped, head_ms: whole.head_ms, tail_ms: whole.tail_ms })
    about(t, rest.lufs, whole.lufs ?? 0, 1e-6, `loudness by ${block}`)
    about(t, rest.true_peak, whole.true_peak ?? 0, 1e-6, `true peak by ${block}`)
    t.same(peaks, whole.peaks)
  }
  const loud = measure([after(new Float32Array(480_000), tone(10, { dbfs: -6 }))])
  t.same([...loud.peaks.subarray(0, 2)], [0, 0], 'the picture begins in silence')
  t.ok((loud.peaks[3599] ?? 0) > 60 && (loud.peaks[3598] ?? 0) < -60, 'and ends loud')
})

t.test('the same tone reads the same in every format', async t => {
  const sound = stereo(tone(2, { fade: 0.01 }))
  const read = async (path: string) => analyse(path, ffmpeg?.path)
  const check = async (path: string, codec: string, tolerance = 0.1) => {
    const { problem, sound, measured } = await read(path)
    t.equal(problem, null, codec)
    t.equal(sound.codec, codec)
    about(t, measured?.lufs, -23, tolerance, codec)
    about(t, measured?.true_peak, -23, tolerance * 3, `${codec} true peak`)
    about(t, measured?.frames, 96_000, 2400, `${codec} length`)
  }
  for (const sample of ['u8', 's16', 's24', 's32', 'f32', 'f64'] as const) {
    const little = { u8: 'u8', s16: 's16le', s24: 's24le', s32: 's32le', f32: 'f32le', f64: 'f64le' }[sample]
    await check(file(wav(sound, { sample })), `pcm_${little}`, sample === 'u8' ? 0.5 : 0.1)
  }
  await check(file(wav(sound, { sample: 's24', mask: 3 })), 'pcm_s24le')
  await check(file(wav(sound, { sample: 's24', long: true })), 'pcm_s24le')
  await check(file(aiff(sound)), 'pcm_s16be')
  await check(file(aiff(sound, { sample: 's24' })), 'pcm_s24be')
  await check(file(aiff(sound, { compression: 'sowt' })), 'pcm_s16le')
  await check(file(aiff(sound, { sample: 'f32', compression: 'fl32' })), 'pcm_f32be')
  await check(file(flac(sound)), 'flac')
  await check(file(flac(sound, { sample: 's24' })), 'flac')
  const square = stereo(Float32Array.from({ length: 9600 }, (_, frame) => (Math.floor(frame / 480) % 2 === 0 ? 1 : -1)))
  for (const path of [
    file(wav(square, { sample: 's16' })),
    file(wav(square, { sample: 's24' })),
    file(wav(square, { sample: 'f32' })),
    file(aiff(square)),
    file(flac(square)),
    file(flac(square, { sample: 's24' }))
  ])
    t.equal((await read(path)).measured?.clipped, 40, `clipping in ${path}`)
  if (!ffmpeg) return t.comment('no ffmpeg: MP3, AAC, Ogg and Opus are not tried')
  const source = file(wav(sound, { sample: 's24' }))
  await check(encoded(source, 'flac'), 'flac')
  await check(encoded(source, 'mp3', '-b:a', '320k'), 'mp3', 0.4)
  await check(encoded(source, 'm4a', '-c:a', 'alac'), 'alac')
  await check(encoded(source, 'm4a', '-c:a', 'aac', '-b:a', '192k'), 'aac', 0.5)
  await check(encoded(source, 'opus', '-b:a', '192k'), 'opus', 0.5)
  await check(encoded(source, 'ogg', '-c:a', 'libvorbis', '-q:a', '8'), 'vorbis', 0.7)
  const around = file(
    wav(
      Array.from({ length: 6 }, () => tone(2, { dbfs: -30 })),
      { sample: 's24', mask: 0x3f }
    )
  )
  const [six, packed] = [await read(around), await read(encoded(around, 'flac'))]
  about(t, packed.measured?.lufs, six.measured?.lufs ?? 0, 0.01, '5.1 in FLAC')
})

t.test('noise measures as ffmpeg says', { skip: ffmpeg ? false : 'no ffmpeg' }, async t => {
  const path = file(wav([noise(240_000, 0.9), noise(240_000, 0.5, 3)], { sample: 's24' }))
  const { measured } = await analyse(path)
  const said = execFileSync(
    'sh',
    [
      '-c',
      'exec "$0" -hide_banner -nostats -nostdin -i "$1" -af ebur128=peak=true:framelog=verbose -f null - 2>&1',
      'ffmpeg',
      path
    ],
    { encoding: 'utf8' }
  )
  const summary = said.slice(said.lastIndexOf('Summary'))
  const figure = (name: string) => Number(new RegExp(`${name}:\\s+(-?[\\d.]+)`).exec(summary)?.[1])
  about(t, measured?.lufs, figure('I'), 0.1, 'loudness')
  about(t, measured?.lra, figure('LRA'), 0.2, 'range')
  about(t, measured?.true_peak, figure('Peak'), 0.3, 'true peak')
})

t.test('what is wrong with a file is said, never thrown', async t => {
  const sound = stereo(tone(1))
  const good = wav(sound)
  const reads = async (content: Buffer | string, problem: string | undefined, what: string) => {
    const path = file(content)
    t.equal((await probe(path)).problem, problem, what)
    const { problem: found, measured } = await analyse(path)
    t.equal(found, problem ?? null, `${what}, analysed`)
    t.equal(measured === null, problem !== undefined, `${what}, measured or not`)
  }
  await reads(good, undefined, 'a good one')
  await reads('Ceci est un texte.\n'.repeat(5000), 'not_audio', 'a text')
  await reads('', 'empty', 'nothing')
  await reads('RIFF', 'cut', 'four bytes')
  await reads(good.subarray(0, 30), 'cut', 'half a head')
  await reads(good.subarray(0, 60_000), 'cut', 'a cut WAV')
  await reads(aiff(sound).subarray(0, 60_000), 'cut', 'a cut AIFF')
  await reads(flac(sound).subarray(0, 60_000), 'cut', 'a cut FLAC')
  await reads(wav([]), 'lying', 'no channel')
  await reads(wav(sound, { rate: 7 }), 'lying', 'a rate that cannot be')
  await reads(wav([new Float32Array(0)]), 'empty', 'no sample')
  await reads(wav(sound, { said: 100, after: [Buffer.alloc(100_000, 1)] }), 'lying', 'much more than it says')
  await reads(wav(sound, { said: 0 }), undefined, 'a recorder that was switched off: length 0')
  await reads(wav(sound, { said: 0xffffffff }), undefined, 'written into a pipe')
  await reads(wav(sound, { before: [chunk('junk', Buffer.alloc(27))] }), undefined, 'an odd chunk before')
  await reads(wav(sound, { said: 0xfffffff0 }), 'cut', 'four gigabytes, it says')
  await reads(Buffer.concat([Buffer.from('RIFF----WAVE'), Buffer.alloc(1000, 0xff)]), 'lying', 'chunks of nothing')
  const damaged = flac(sound)
  damaged.fill(0x55, 30_000, 30_200)
  const heard = await analyse(file(damaged, 'flac'))
  t.equal(heard.problem, 'damaged', 'a hole in a FLAC')
  t.ok((heard.measured?.frames ?? 0) >= 4096, 'what can be read is measured')
  const rare = Buffer.from(good)
  rare.writeUInt16LE(2, 20)
  t.equal((await analyse(file(rare))).problem, 'unsupported', 'a rare coding without ffmpeg')
  for (let seed = 1; seed < 40; seed++) {
    const wild = Buffer.from(good)
    const byte = noise(64, 1, seed)
    for (const [at, value] of byte.entries()) wild[at] = (Math.abs(value) * 1e6) & 255
    if (seed % 2) wild.write('RIFF', 'latin1')
    if (seed % 4 === 1) good.copy(wild, 0, 0, 20)
    const { problem } = await analyse(file(wild))
    t.ok(problem === null || typeof problem === 'string', `wild head ${seed}`)
  }
})

t.test('what others wrote in it is kept as text', async t => {
  const bext = Buffer.alloc(620)
  bext.write('Prise 3 <script>alert(1)</script>')
  bext.write('Studio\0', 256)
  bext.write('2026-11-24', 320)
  bext.write('14:00:00', 330)
  bext.writeUInt32LE(172_800_000, 338)
  bext.write('A=PCM,F=48000\r\n', 602)
  const info = Buffer.concat([
    Buffer.from('INFO'),
    chunk('INAM', Buffer.from(`Nuit <b>blanche</b>\u202E ${'é'.repeat(900)}\0`)),
    chunk('IART', Buffer.from('Zo\xe9\0', 'latin1')),
    chunk('ISFT', Buffer.from('DAW\0'))
  ])
  const xml =
    '<BWFXML><PROJECT>Album</PROJECT><TRACK_LIST><TRACK><NAME>Voix &amp; chœurs</NAME></TRACK></TRACK_LIST></BWFXML>'
  const sound = stereo(tone(0.5))
  const parts = [chunk('bext', bext), chunk('LIST', info), chunk('iXML', Buffer.from(xml))]
  const read = await analyse(file(wav(sound, { before: parts })))
  t.match(read.bext, {
    description: 'Prise 3 <script>alert(1)</script>',
    originator: 'Studio',
    date: '2026-11-24',
    time_reference: 172_800_000,
    coding_history: 'A=PCM,F=48000'
  })
  t.match(read.tags, { artist: 'Zoé', software: 'DAW', project: 'Album', tracks: ['Voix & chœurs'] })
  const title = String(read.tags['title'])
  t.ok(title.startsWith('Nuit <b>blanche</b> é') && title.length === 500, 'one line, cut, no sign that turns it round')
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><BWFXML><PROJECT>&a;</PROJECT></BWFXML>'
  const careful = await analyse(file(wav(sound, { after: [chunk('iXML', Buffer.from(bomb))] })))
  t.same(careful.tags, {}, 'entities are not read')
  t.equal(careful.problem, null)
  if (!ffmpeg) return
  const tagged = encoded(file(wav(sound)), 'mp3', '-metadata', 'title=Nuit', '-metadata', 'artist=Zoé')
  t.match((await analyse(tagged)).tags, { title: 'Nuit', artist: 'Zoé' })
})

t.test('apart, in a thread: eight hours in little memory, stopped when asked, failing alone', async t => {
  const long = file(wav([new Float32Array(4000)], { rate: 2000, said: 0xffffffff }))
  truncateSync(long, 44 + 8 * 3600 * 2000 * 2)
  const before = process.memoryUsage.rss()
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 50)
  const eight = (await analyseApart(long)) as Analysis
  clearInterval(watch)
  t.equal(eight.measured?.frames, 8 * 3600 * 2000)
  t.ok(most < 200e6, `${Math.round(most / 1e6)} MB more at most for ${Math.round(statSync(long).size / 1e6)} MB`)
  const stop = new AbortController()
  const stopped = analyseApart(long, { signal: stop.signal })
  setTimeout(() => stop.abort(), 150)
  t.same(await stopped, { problem: 'crashed' }, 'stopped is as if it had crashed')
  t.same(await analyseApart(long, { signal: AbortSignal.abort() }), { problem: 'crashed' })
  t.same(await analyseApart(long, { minutes: 0.002 }), { problem: 'slow' })
  await t.rejects(analyseApart(join(folder, 'nowhere.wav')), { code: 'ENOENT' })
  const [one, two] = await Promise.all([file(wav(stereo(tone(1)))), file('texte')].map(path => analyseApart(path)))
  about(t, (one as Analysis).measured?.lufs, -23, 0.1, 'one')
  t.equal(two?.problem, 'not_audio')
})

t.test('a copy to listen to is made of what is heavy or not played everywhere', async t => {
  const said = (format: 'wav' | 'aiff' | 'flac' | 'mp3' | 'aac' | 'ogg', codec: string, channels = 2) => ({
    format,
    codec,
    channels
  })
  t.equal(isPlayed(said('wav', 'pcm_s24le')), true)
  t.equal(isPlayed(said('aiff', 'pcm_s24be')), false)
  t.equal(isPlayed(said('aac', 'alac')), false)
  t.equal(isPlayed(said('wav', 'pcm_s24le', 6)), false)
  t.equal(wantsCopy(said('wav', 'pcm_s24le'), 50e6), true)
  t.equal(wantsCopy(said('wav', 'pcm_s16le'), 5e6), false)
  t.equal(wantsCopy(said('mp3', 'mp3'), 50e6), false)
  t.equal(await findFfmpeg(join(folder, 'nowhere')), undefined)
  if (!ffmpeg) return
  const copy = join(folder, 'copy.mp3')
  const source = file(
    wav(
      Array.from({ length: 6 }, () => tone(3)),
      { sample: 's24', rate: 96_000, mask: 0x3f }
    )
  )
  t.equal(await makeCopy(ffmpeg.path, source, copy, { seconds: 60 }), true)
  t.match(await probe(copy), { format: 'mp3', channels: 2, rate: 44_100 })
  const list = `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${source}\n#EXT-X-ENDLIST\n`
  t.equal(
    await makeCopy(ffmpeg.path, file(list, 'm3u8'), copy, { seconds: 60 }),
    false,
    'a list that names a file is no sound'
  )
  const stopped = makeCopy(ffmpeg.path, source, copy, { seconds: 60, signal: AbortSignal.abort() })
  t.equal(await stopped, false)
  t.equal(await makeCopy(ffmpeg.path, file('texte'), copy, { seconds: 60 }), false)
})

t.test('the report informs, and is red for one thing', async t => {
  const audio: Reported = {
    format: 'wav',
    codec: 'pcm_s24le',
    problem: null,
    duration_ms: 180_000,
    sample_rate: 44_100,
    bit_depth: 24,
    channels: 2,
    lufs: -9.8,
    lra: 4.2,
    true_peak: 0.4,
    sample_peak: -0.1,
    clipped: 3,
    head_ms: 20,
    tail_ms: 900
  }
  const sheet = { rate: 48_000, depth: 24, format: 'wav', lufs: -14, true_peak: -1 } as const
  const none = { rate: null, depth: null, format: null, lufs: null, true_peak: null }
  const levels = (lines: ReturnType<typeof reportOf>) =>
    Object.fromEntries(lines.map(({ what, level }) => [what, level]))
  t.match(levels(reportOf(audio, sheet)), {
    format: 'ok',
    rate: 'warning',
    depth: 'ok',
    lufs: 'warning',
    true_peak: 'red',
    clipped: 'warning',
    head: 'info'
  })
  t.match(levels(reportOf({ ...audio, true_peak: -0.4 }, sheet)), { true_peak: 'warning' })
  t.match(levels(reportOf({ ...audio, true_peak: 0 }, none)), { true_peak: 'info', rate: 'info', lufs: 'info' })
  t.match(levels(reportOf({ ...audio, lufs: -14.4, true_peak: -1, clipped: 0 }, sheet)), {
    lufs: 'ok',
    true_peak: 'ok'
  })
  t.equal(worstOf(reportOf(audio, none)), 'red')
  t.equal(worstOf(reportOf({ ...audio, true_peak: -2, clipped: 0 }, none)), 'ok')
  t.match(levels(reportOf({ ...audio, problem: 'damaged' }, none)), { damage: 'warning' })
  const [spotify, apple] = playbacksOf(-9.8, 0.4)
  about(t, spotify?.gain, -4.2, 0.001, 'Spotify')
  about(t, spotify?.peak, -3.8, 0.001, 'its peak then')
  about(t, apple?.gain, -6.2, 0.001, 'Apple Music')
  t.match(playbacksOf(-20, -3)[0], { gain: 6, held: true })
  t.same(playbacksOf(null, null), [])
})
