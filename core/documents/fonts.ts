import { readFileSync } from 'node:fs'
import { lazily } from '../lazily.ts'

/** The cuts of Inter that documents are set in. */
export type Cut = 'regular' | 'semibold' | 'italic'

/** A font as fontkit parsed it, and pdfkit takes it. */
export interface Font {
  hasGlyphForCodePoint: (point: number) => boolean
}

interface Parsed extends Font {
  characterSet: number[]
  glyphForCodePoint: (point: number) => unknown
  GSUB: { featureList: { tag: string; feature: { lookupListIndexes: number[] } }[] }
}

const files: Record<Cut, string> = {
  regular: '400Regular/Inter_400Regular.ttf',
  semibold: '600SemiBold/Inter_600SemiBold.ttf',
  italic: '400Regular_Italic/Inter_400Regular_Italic.ttf'
}

const fontkit = lazily<{ create: (file: Buffer) => Parsed }>('fontkit', import.meta.url)
let parsed: Record<Cut, Font> | undefined

/** Inter in its cuts, parsed once in the life of the process: pdfkit would parse it anew for every document, 170 ms each. */
export function interFonts(): Record<Cut, Font> {
  if (parsed) return parsed
  const cut = (name: Cut) => {
    const font = fontkit().create(readFileSync(new URL(import.meta.resolve(`@expo-google-fonts/inter/${files[name]}`))))
    // Inter draws `->` as an arrow and lifts colons between figures: that is half of the time a page takes, and what is
    // copied from it should be what was typed.
    for (const { tag, feature } of font.GSUB.featureList) if (tag === 'calt') feature.lookupListIndexes = []
    // fontkit keeps a glyph with the letters it was first met for, and meets the C of an embedded Ç for none: whoever copied
    // or searched a later document would not find its C. Met first for its own letter, it keeps that.
    for (const point of font.characterSet.filter(isOrdinary)) font.glyphForCodePoint(point)
    return font
  }
  parsed = { regular: cut('regular'), semibold: cut('semibold'), italic: cut('italic') }
  return parsed
}

/** Not the font's private names, nor letters that only look like the apostrophe and the like, and share their glyphs. */
const isOrdinary = (point: number) => (point < 0xe000 || point > 0xf8ff) && (point < 0x2b0 || point > 0x36f)

/**
 * What the font can print of a text: composed letters, no control characters but line ends, and a mark where it has no
 * glyph, for a glyph that is missing would be nothing on paper.
 */
export function printable(text: string, font: Font): string {
  let out = ''
  for (const letter of text.normalize('NFC').replace(/\r\n?|[\u2028\u2029]/g, '\n')) {
    const point = letter.codePointAt(0) ?? 0
    if (letter === '\n') out += letter
    else if (letter === '\t') out += ' '
    else if (point < 0x20 || (point >= 0x7f && point < 0xa0) || isInvisible(point)) continue
    else out += font.hasGlyphForCodePoint(point) ? letter : '□'
  }
  return out
}

/** Direction marks, joiners, variation selectors and the byte order mark: they have no look of their own. */
const isInvisible = (point: number) =>
  (point >= 0x200b && point <= 0x200f) ||
  (point >= 0x202a && point <= 0x202e) ||
  (point >= 0x2060 && point <= 0x2064) ||
  (point >= 0xfe00 && point <= 0xfe0f) ||
  point === 0xad ||
  point === 0xfeff
