import { quantityText } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { leftOf } from './credit-limits.ts'
import { styles } from './editor.ts'
import { referencesOf } from './related-queries.ts'
import type { Invoice } from './queries.ts'

/** The form of a credit note: what of the invoice is left to take back, line by line, and what took back the rest. */
export async function creditPage(
  request: FastifyRequest,
  invoice: Invoice,
  failed: { values?: Record<string, unknown>; errors?: Record<string, string> } = {}
) {
  const { t, locale } = request.words()
  const left = await leftOf(request.db, invoice)
  const related = await referencesOf(request.db, invoice.id)
  const typed = Array.isArray(failed.values?.['quantities'])
    ? (failed.values['quantities'] as { quantity?: unknown }[])
    : []
  const lines = left.items.filter(({ kind }) => kind === 'line')
  return {
    styles,
    title: t('invoices.drafts.credit.title'),
    invoice,
    left,
    others: related.filter(({ kind, to }) => kind === 'credit_note' && !to),
    lines: lines.map((item, index) => ({
      ...item,
      typed: typed[index]?.quantity ?? '',
      left_text: quantityText(item.left_quantity, locale)
    })),
    values: { mode: 'full', ...failed.values },
    errors: failed.errors ?? {}
  }
}
