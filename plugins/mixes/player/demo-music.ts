/*
 * Music for the demo studio, made up from sines and noise: a few bars of chords, bass, drums and a tune. Nothing of it is
 * random: the same bytes each time.
 */

const rate = 44_100

/** A song: how fast, in which chords (semitones above A2), and what is sung over them. */
export interface Song {
  bpm: number
  chords: readonly (readonly number[])[]
  tune: readonly number[]
}

/** How loud each of its instruments is, and how hard the whole is driven into its ceiling. */
export interface Balance {
  pad: number
  bass: number
  drums: number
  tune: number
  drive: number
}

interface Instruments {
  pad: Float32Array
  bass: Float32Array
  drums: Float32Array
  tune: Float32Array
}

/** Every instrument of a song by itself, each within one; mixed again and again by `mixdown`. */
export function perform(song: Song, seconds: number): Instruments {
  const length = Math.round(seconds * rate)
  const beat = (60 / song.bpm) * rate
  const lines = { pad: 0, bass: 0, drums: 0, tune: 0 }
  const made = Object.fromEntries(
    Object.keys(lines).map(name => [name, new Float32Array(length)])
  ) as unknown as Instruments
  for (let bar = 0; bar * beat * 4 < length; bar++) {
    const chord = song.chords[bar % song.chords.length] ?? [0]
    const at = Math.round(bar * beat * 4)
    for (const note of chord) tone(made.pad, at, beat * 4, pitch(note + 12), 0.22, 0.3)
    for (let eighth = 0; eighth < 8; eighth++)
      tone(made.bass, at + (eighth * beat) / 2, beat / 2, pitch((chord[0] ?? 0) - 12), 0.7, 0.02)
    for (let step = 0; step < 4; step++) {
      const note = song.tune[(bar * 4 + step) % song.tune.length] ?? -1
      if (note >= 0) tone(made.tune, at + step * beat, beat * 0.9, pitch(note + 24), 0.5, 0.03)
      kick(made.drums, at + (step % 2 === 0 ? step * beat : (step + 0.5) * beat))
      if (step % 2 === 1) hiss(made.drums, at + step * beat, 0.16, 0.5)
      for (const half of [0, 0.5]) hiss(made.drums, at + (step + half) * beat, 0.03, 0.16)
    }
  }
  return made
}

/** A mix as a WAV, 16 bits, stereo, 44.1 kHz: the pad to the left, the tune to the right, a fade at its ends. */
export function mixdown({ pad, bass, drums, tune }: Instruments, balance: Balance): Buffer {
  const { length } = pad
  const wav = Buffer.alloc(44 + length * 4)
  wav.write('RIFF', 0, 'latin1')
  wav.writeUInt32LE(36 + length * 4, 4)
  wav.write('WAVEfmt ', 8, 'latin1')
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(2, 22)
  wav.writeUInt32LE(rate, 24)
  wav.writeUInt32LE(rate * 4, 28)
  wav.writeUInt16LE(4, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36, 'latin1')
  wav.writeUInt32LE(length * 4, 40)
  const samples = new Int16Array(wav.buffer, wav.byteOffset + 44, length * 2)
  const edge = rate / 2
  for (let at = 0; at < length; at++) {
    const middle = (bass[at] ?? 0) * balance.bass + (drums[at] ?? 0) * balance.drums
    const [side, lead] = [(pad[at] ?? 0) * balance.pad, (tune[at] ?? 0) * balance.tune]
    const fade = Math.min(1, at / edge, (length - at) / edge) * balance.drive
    samples[at * 2] = 31_000 * Math.tanh((middle + side + lead * 0.6) * fade)
    samples[at * 2 + 1] = 31_000 * Math.tanh((middle + side * 0.6 + lead) * fade)
  }
  return wav
}

const pitch = (semitones: number): number => 110 * 2 ** (semitones / 12)

const sines = Float32Array.from({ length: 4096 }, (_, at) => Math.sin((at * 2 * Math.PI) / 4096))

/** A note with two overtones, that comes in `attack` seconds and dies away. */
function tone(line: Float32Array, start: number, length: number, hertz: number, level: number, attack: number): void {
  const from = Math.round(start)
  const to = Math.min(line.length, from + Math.round(length))
  const step = (hertz * 4096) / rate
  for (let at = from, phase = 0; at < to; at++, phase += step) {
    const age = at - from
    const shape = Math.min(1, age / (attack * rate)) * Math.min(1, (to - at) / 800) * (1 - (0.5 * age) / (to - from))
    const [one, two, three] = [sines[phase & 4095] ?? 0, sines[(phase * 2) & 4095] ?? 0, sines[(phase * 3) & 4095] ?? 0]
    line[at] = (line[at] ?? 0) + level * shape * (one + 0.4 * two + 0.2 * three)
  }
}

function kick(line: Float32Array, start: number): void {
  const from = Math.round(start)
  const to = Math.min(line.length, from + Math.round(rate * 0.22))
  for (let at = from, phase = 0; at < to; at++) {
    const age = (at - from) / rate
    phase += ((48 + 110 * Math.exp(-age * 32)) * 4096) / rate
    line[at] = (line[at] ?? 0) + 0.95 * Math.exp(-age * 16) * (sines[phase & 4095] ?? 0)
  }
}

/** A hat, or with more of it a snare. */
function hiss(line: Float32Array, start: number, seconds: number, level: number): void {
  const from = Math.round(start)
  const to = Math.min(line.length, from + Math.round(rate * seconds))
  let seed = 22_222 + from
  let last = 0
  for (let at = from; at < to; at++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    const noise = seed / 2 ** 31 - 1
    line[at] = (line[at] ?? 0) + level * Math.exp((-6 * (at - from)) / (to - from)) * (noise - last)
    last = noise * 0.7
  }
}
