import { decimalOf } from '@patchbay/core'
import { z } from 'zod'
import { parseIsrc, parseRoot } from './isrc.ts'
import { parseIswc } from './iswc.ts'
import { parseKey } from './key.ts'
import { languageOf } from './languages.ts'
import { parseLength } from './length.ts'

/** What is typed goes through `parse`; nothing typed is null. A number, of the API, is what is stored already. */
function typed<T>(parse: (text: string) => T | undefined, message: string) {
  return z
    .union([z.string(), z.number()], message)
    .nullish()
    .transform((value, context): T | null => {
      const text = String(value ?? '').trim()
      if (!text) return null
      const found = parse(text)
      if (found !== undefined) return found
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
}

/** Milliseconds from `3:45`. A number (from the API) is milliseconds already. */
export const length = () =>
  z
    .union([z.string(), z.int().min(1).max(86_400_000)], 'projects.tracks.errors.length')
    .nullish()
    .transform((value, context): number | null => {
      if (typeof value === 'number') return value
      if (!value?.trim()) return null
      const ms = parseLength(value)
      if (ms !== undefined) return ms
      context.addIssue({ code: 'custom', message: 'projects.tracks.errors.length' })
      return z.NEVER
    })

export const isrc = () => typed(parseIsrc, 'projects.tracks.errors.isrc')
export const iswc = () => typed(parseIswc, 'projects.tracks.errors.iswc')
export const musicalKey = () => typed(parseKey, 'projects.tracks.errors.key')

export const root = () =>
  z.string('fields.required').transform((text, context): string => {
    const found = parseRoot(text)
    if (found) return found
    context.addIssue({ code: 'custom', message: text.trim() ? 'projects.tracks.errors.root' : 'fields.required' })
    return z.NEVER
  })

/** Beats a minute from `120` or `92,5`; 1 to 999. */
export const bpm = () => typed(text => within(hundredths(text), 1, 999), 'projects.tracks.errors.bpm')

export const timeSignature = () =>
  typed(
    text => (/^[1-9]\d?\/(1|2|4|8|16|32)$/.test(text.replace(/\s/g, '')) ? text.replace(/\s/g, '') : undefined),
    'projects.tracks.errors.time_signature'
  )

/** Decibels with one decimal, `-14`, `−1,0`, between `low` and 0. */
export const decibels = (low: number) =>
  typed(text => {
    const plain = text.replace(/[\u2010-\u2015\u2212]/g, '-').replace(/\s*(LUFS|LKFS|dBTP|dB)$/i, '')
    const tenths = decimalOf(plain, 1)
    return tenths === undefined ? undefined : within(tenths / 10, low, 0)
  }, 'projects.tracks.errors.decibels')

/** A word of a list, or nothing. */
export const optionalChoice = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z
    .union([z.enum(words, 'fields.choice'), z.literal('').transform(() => null)], 'fields.choice')
    .nullish()
    .transform(value => value ?? null)

/** A number of a list, or nothing. */
export const optionalNumber = <const Numbers extends readonly number[]>(...numbers: Numbers) =>
  z
    .union([z.string(), z.number()], 'fields.choice')
    .nullish()
    .transform((value, context): Numbers[number] | null => {
      if (value === null || value === undefined || value === '') return null
      const found = numbers.find(one => one === Number(value))
      if (found !== undefined) return found
      context.addIssue({ code: 'custom', message: 'fields.choice' })
      return z.NEVER
    })

/** Languages by name or code, with commas between, or an array of them; ten at most. */
export const languages = () =>
  z
    .union([z.string().transform(text => text.split(',')), z.array(z.string())], 'fields.invalid')
    .nullish()
    .transform((list, context): string[] => {
      const given = (list ?? []).map(one => one.trim()).filter(Boolean)
      const codes = given.map(languageOf)
      const known = [...new Set(codes.filter(code => code !== undefined))]
      if (!codes.includes(undefined) && known.length <= 10) return known
      const message = known.length > 10 ? 'projects.tracks.errors.languages' : 'projects.tracks.errors.language'
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })

export interface Link {
  label: string | null
  /** https only. */
  href: string
}

const text = (max: number) =>
  z
    .string('fields.invalid')
    .max(max, 'fields.too_long')
    .nullish()
    .transform(value => value?.toWellFormed().replaceAll('\0', '').trim() || null)

const secure = z.url({ protocol: /^https$/, error: 'projects.tracks.errors.link' })

/** References to listen to; rows in which nothing was typed are none. */
export const links = () =>
  z
    .array(
      z.strictObject({ label: text(100), href: text(500) }).transform(({ label, href }, context): Link | null => {
        if (!label && !href) return null
        const address = href && (/^[a-z][a-z+.-]*:/i.test(href) ? href : `https://${href}`)
        if (address && secure.safeParse(address).success) return { label, href: address }
        context.addIssue({ code: 'custom', path: ['href'], message: 'projects.tracks.errors.link' })
        return z.NEVER
      }),
      'fields.invalid'
    )
    .max(20, 'projects.tracks.errors.links')
    .nullish()
    .transform(rows => (rows ?? []).filter(row => row !== null))

export interface NewTitle {
  title: string
  duration_ms: number | null
}

/**
 * Titles, one a line, 200 at most. A number before and a duration after are taken for what they are, so that lists can be
 * pasted: `03. Marées 4:12`.
 */
export const titles = () =>
  z
    .union([z.string().transform(all => all.split(/\r?\n/)), z.array(z.string())], 'fields.required')
    .transform((lines, context): NewTitle[] => {
      const found = lines
        .map(line => line.toWellFormed().replaceAll('\0', '').trim())
        .filter(Boolean)
        .map(titleOf)
      const message =
        found.length === 0
          ? 'fields.required'
          : found.length > 200
            ? 'projects.tracks.errors.many'
            : found.some(({ title }) => title.length > 200)
              ? 'projects.tracks.errors.title_long'
              : undefined
      if (!message) return found
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })

function titleOf(line: string): NewTitle {
  const bare = line.replace(/^\d{1,3}\s*[.)\u2010-\u2015-]\s+(?=\S)/, '')
  const [, title, duration] = /^(\S.*?)[\s(–—-]+((?:\d{1,2}:)?\d{1,2}:\d{2})\)?$/.exec(bare) ?? []
  const duration_ms = duration === undefined ? undefined : parseLength(duration)
  return title && duration_ms ? { title, duration_ms } : { title: bare, duration_ms: null }
}

function hundredths(value: string): number | undefined {
  const found = decimalOf(value, 2)
  return found === undefined ? undefined : found / 100
}

const within = (value: number | undefined, low: number, high: number): number | undefined =>
  value !== undefined && value >= low && value <= high ? value : undefined
