import type { Asking, TypedLine } from '@patchbay/core'
import type { Questions } from '@patchbay/core/plugin'
import { documentOf } from './sending.ts'
import { addQuote, clientCalled, mixRoundItem } from './queries.ts'
import { oneVat, usualFields, writeLines } from './writing.ts'

/**
 * A round of mixing more than was agreed to, as a draft of one line: priced as the catalogue's item of that name is for this
 * client, else left to be priced. Nobody is asked to pay before somebody of the studio sends it.
 */
export async function supplement(
  { base, can, settings, wordsIn, t }: Asking,
  { running: given, client_id, title, round }: Questions['mixes.supplement']['input']
): Promise<Questions['mixes.supplement']['answer'] | undefined> {
  // the studio's own production has nobody to send a quote to
  if (client_id === null) return undefined
  if (given === null) return { label: t('quotes.supplement.label', { title, n: round }), href: null, source: null }
  const running = { ...given, settings }
  const { db, ask, person, tell } = running
  if ((await clientCalled(db, client_id, null)) === undefined) return undefined
  const usual = await usualFields(running, client_id)
  const words = wordsIn(usual.language).t
  const fields = { ...usual, title: words('quotes.supplement.title', { title }).slice(0, 200) }
  const id = await addQuote(db, { ...fields, client_id, created_by: person.id })
  const item_id = await mixRoundItem(db)
  const [item] = item_id === undefined ? [] : await ask('catalogue.priced', { item_id, client_id })
  const vat = await oneVat(running, { client_id, language: usual.language })
  const own = item
    ? { vat_category: item.vat_category, vat_rate: item.vat_rate }
    : { vat_category: 'S' as const, vat_rate: 2000 }
  const line: TypedLine = {
    kind: 'line',
    label: words('quotes.supplement.label', { title, n: round }).slice(0, 300),
    description: item?.description ?? null,
    quantity: 1,
    unit: item?.unit ?? 'flat',
    unit_micros: item?.unit_micros ?? 0,
    discount_bp: 0,
    discount_cents: 0,
    ...(vat === null ? own : { vat_category: vat, vat_rate: 0 }),
    nature: 'service',
    account: item?.account ?? null,
    item_id: item?.item_id ?? null,
    source: null,
    optional: false,
    chosen: false
  }
  await writeLines(running, { ...fields, id }, [line])
  tell('quotes.changed', { quote_id: id })
  return { label: line.label, href: can('quotes.read') ? `${base}/quotes/${id}` : null, source: documentOf(id) }
}
