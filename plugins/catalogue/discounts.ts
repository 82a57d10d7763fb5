import type { Asking } from '@patchbay/core'
import { countUse, findCode, usesOf } from './code-queries.ts'
import type { Code } from './code-queries.ts'
import type { CodeDiscount } from './contract.ts'
import { codeOf } from './forms.ts'

/** What a document says of itself. `use`: it is being issued, `invoice:12`. */
interface Asked {
  code: string
  client_id: number
  on: string
  net_cents: number
  use: string | null
}

/**
 * What a code takes off a document. With a `use` the code is held until the transaction ends, so that its last use goes to
 * one of those who want it; whoever asks again with the same use is answered the same.
 */
export async function discountOf(asking: Asking, asked: Asked): Promise<CodeDiscount> {
  const { db, t, fmt } = asking
  const code = await findCode(db, codeOf(asked.code), asked.use !== null)
  if (!code) return { refused: 'catalogue.errors.code_unknown' }
  const { by_client, counted } = await usesOf(db, code.id, asked.client_id, asked.use)
  if (!counted) {
    const refused = refusalOf(code, asked, by_client)
    if (refused) return { refused }
    if (asked.use !== null) await countUse(db, code.id, asked.client_id, asked.use)
  }
  const off = code.discount_bp > 0 ? `${fmt.number(code.discount_bp / 100)} %` : fmt.money(code.discount_cents)
  return {
    refused: null,
    discount_bp: code.discount_bp,
    discount_cents: Math.min(code.discount_cents, Math.max(asked.net_cents, 0)),
    label: code.label ?? t('catalogue.codes.on_paper', { code: code.code, off })
  }
}

/** Why a code does not apply, as a locale key; nothing when it does. */
function refusalOf(code: Code, { client_id, on, net_cents }: Asked, by_client: number): string | undefined {
  if (code.client_id !== null && code.client_id !== client_id) return 'catalogue.errors.code_other_client'
  if (code.valid_from !== null && on < code.valid_from) return 'catalogue.errors.code_too_early'
  if (code.valid_to !== null && on > code.valid_to) return 'catalogue.errors.code_over'
  if (net_cents < code.minimum_cents) return 'catalogue.errors.code_minimum'
  if (code.max_uses !== null && code.used >= code.max_uses) return 'catalogue.errors.code_used'
  if (code.max_per_client !== null && by_client >= code.max_per_client) return 'catalogue.errors.code_used_by_client'
  return undefined
}
