import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { DeliverySheet } from '../contract.ts'

/** Where a track differs from its project's sheet; what is not there is as the project says. */
export type SheetPart = Partial<{ [Field in keyof DeliverySheet]: NonNullable<DeliverySheet[Field]> }>

/** The delivery sheet of a project; undefined when there is no such project. */
export async function projectSheet(db: Db, project_id: number): Promise<DeliverySheet | undefined> {
  const [row] = await rowsOf<DeliverySheet>(
    db,
    `select sheet_rate as rate, sheet_depth as depth, sheet_format as format, sheet_lufs::float8 as lufs,
       sheet_true_peak::float8 as true_peak from projects where id = ?`,
    [project_id]
  )
  return row
}

/** What a track's master has to be: its own sheet where it says something, else its project's. */
export async function sheetOf(db: Db, track_id: number): Promise<DeliverySheet | undefined> {
  const [row] = await rowsOf<DeliverySheet>(
    db,
    `select coalesce((t.sheet->>'rate')::integer, p.sheet_rate) as rate,
       coalesce((t.sheet->>'depth')::integer, p.sheet_depth) as depth, coalesce(t.sheet->>'format', p.sheet_format) as format,
       coalesce((t.sheet->>'lufs')::float8, p.sheet_lufs::float8) as lufs,
       coalesce((t.sheet->>'true_peak')::float8, p.sheet_true_peak::float8) as true_peak
     from tracks t join projects p on p.id = t.project_id where t.id = ?`,
    [track_id]
  )
  return row
}

export const noSheet: DeliverySheet = { rate: null, depth: null, format: null, lufs: null, true_peak: null }

/** What the fields of a form are called in a sheet. */
export const fromFields = (given: {
  sheet_rate: DeliverySheet['rate']
  sheet_depth: DeliverySheet['depth']
  sheet_format: DeliverySheet['format']
  sheet_lufs: number | null
  sheet_true_peak: number | null
}): DeliverySheet => ({
  rate: given.sheet_rate,
  depth: given.sheet_depth,
  format: given.sheet_format,
  lufs: given.sheet_lufs,
  true_peak: given.sheet_true_peak
})

/** A sheet as a form shows it; decimals as they are written in the reader's language. */
export const toFields = (sheet: SheetPart | DeliverySheet, locale: 'fr' | 'en'): Record<string, string> => ({
  sheet_rate: String(sheet.rate ?? ''),
  sheet_depth: String(sheet.depth ?? ''),
  sheet_format: sheet.format ?? '',
  sheet_lufs: decibelsField(sheet.lufs, locale),
  sheet_true_peak: decibelsField(sheet.true_peak, locale)
})

/** Only what it says. */
export const saidOf = (sheet: DeliverySheet): SheetPart =>
  Object.fromEntries(Object.entries(sheet).filter(([, value]) => value !== null))

/** What is usual, to begin from. */
export const presets: Record<string, DeliverySheet> = {
  cd: { rate: 44_100, depth: 16, format: 'wav', lufs: null, true_peak: -0.3 },
  streaming: { rate: 44_100, depth: 24, format: 'wav', lufs: -14, true_peak: -1 },
  hd: { rate: 96_000, depth: 24, format: 'wav', lufs: -14, true_peak: -1 },
  vinyl: { rate: 96_000, depth: 24, format: 'wav', lufs: null, true_peak: -3 },
  film: { rate: 48_000, depth: 24, format: 'wav', lufs: -23, true_peak: -1 },
  podcast: { rate: 48_000, depth: 24, format: 'wav', lufs: -16, true_peak: -1 }
}

/** `96 kHz`, `24 bits`, `WAV`, `−23 LUFS`, `−1 dBTP`, what of these it says. */
export function sheetWords(sheet: DeliverySheet, locale: 'fr' | 'en', bits: string): string[] {
  const number = new Intl.NumberFormat(locale === 'fr' ? 'fr-FR' : 'en-GB')
  const level = (value: number) => number.format(value).replace('-', '−')
  return [
    sheet.rate === null ? '' : `${number.format(sheet.rate / 1000)}\u00a0kHz`,
    sheet.depth === null ? '' : `${sheet.depth}\u00a0${bits}`,
    sheet.format?.toUpperCase() ?? '',
    sheet.lufs === null ? '' : `${level(sheet.lufs)}\u00a0LUFS`,
    sheet.true_peak === null ? '' : `${level(sheet.true_peak)}\u00a0dBTP`
  ].filter(Boolean)
}

const decibelsField = (value: number | null | undefined, locale: 'fr' | 'en'): string =>
  value === null || value === undefined ? '' : String(value).replace('.', locale === 'fr' ? ',' : '.')
