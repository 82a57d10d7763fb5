import { exact } from '@patchbay/core/documents/priced-words'
import { forXml } from '@patchbay/core/documents/archive'

/** A piece of XML that is whole and escaped. */
export type Xml = string & { readonly whole: unique symbol }

/** Nothing where there is nothing to say. */
export const nothing = '' as Xml

/** `<ram:Name>…</ram:Name>`; nothing when its text is null or empty. Attributes as `schemeID="0002"` in `tag`. */
export function leaf(tag: string, text: string | number | null | undefined): Xml {
  if (text === null || text === undefined || text === '') return nothing
  return `<${tag}>${forXml(String(text))}</${tag.split(' ')[0]}>` as Xml
}

/** An element of elements; nothing when all of them are nothing. */
export function node(tag: string, ...parts: readonly (Xml | readonly Xml[])[]): Xml {
  const inside = parts.flat().join('')
  return inside === '' ? nothing : (`<${tag}>${inside}</${tag}>` as Xml)
}

/** Cents with two decimals, a point between. */
export const amount = (tag: string, cents: number): Xml => leaf(tag, exact(cents, 2))

/** Hundredths of a per cent as per cent: `20.00`. */
export const percent = (tag: string, bp: number): Xml => leaf(tag, exact(bp, 2))

/** Millionths with two to six decimals. */
export function price(micros: number): string {
  const [units = '', decimals = ''] = exact(micros, 6).split('.')
  return `${units}.${decimals.replace(/0+$/, '').padEnd(2, '0')}`
}

/** At most four decimals, none when it is whole. */
export const quantityText = (quantity: number): string =>
  exact(Math.round(quantity * 10_000), 4)
    .replace(/0+$/, '')
    .replace(/\.$/, '')

/** `YYYY-MM-DD` as the format 102 of UNTDID 2379. */
export const day102 = (tag: string, day: string | null, space: 'udt' | 'qdt' = 'udt'): Xml =>
  day === null ? nothing : node(tag, leaf(`${space}:DateTimeString format="102"`, day.replaceAll('-', '')))
