import { time } from '@patchbay/core'
import type { Asking, Plugin, Section } from '@patchbay/core'
import { countFailed, findLate, findStop, lettersOf } from './queries.ts'
import { mailKeys } from './sending.ts'

/** What reminders say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'invoices.tabs': async ({ can, base, t }) =>
    can('dunning.read') ? { href: `${base}/dunning`, label: t('dunning.title'), order: 30 } : undefined,
  'invoices.sections': section,
  'core.today': today
}

/** What was written about an invoice and what became of it; whether anybody is reminded. */
async function section(
  { db, can, studio, letters: fates }: Asking,
  { invoice_id }: { invoice_id: number }
): Promise<Section | undefined> {
  if (!can('dunning.read')) return undefined
  const letters = await lettersOf(db, invoice_id)
  const invoice = await findLate(db, time.today(studio.timezone), invoice_id)
  if (!invoice && letters.length === 0) return undefined
  const stop = invoice && (await findStop(db, invoice_id))
  const mails = await fates(letters.flatMap(mailKeys))
  return { view: 'dunning/_section', data: { invoice_id, letters, invoice, stop, mails, keysOf: mailKeys } }
}

async function today({ db, can }: Asking): Promise<Section | undefined> {
  if (!can('dunning.read')) return undefined
  const failed = await countFailed(db)
  return failed > 0 ? { view: 'dunning/_today', data: { failed } } : undefined
}
