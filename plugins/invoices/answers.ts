import type { Plugin, Section } from '@patchbay/core'
import { deliveryAnswers } from './delivery/answers.ts'
import { draftAnswers } from './drafts/answers.ts'
import { issuingAnswers } from './issuing/answers.ts'
import { paymentAnswers } from './payments/answers.ts'

/** What invoices say where others ask: each part for what is its own. Only an invoice's page has something of two of them. */
export const answers: NonNullable<Plugin['answers']> = {
  ...draftAnswers,
  ...issuingAnswers,
  ...deliveryAnswers,
  ...paymentAnswers,
  async 'invoices.sections'(asking, input) {
    const parts = [paymentAnswers['invoices.sections'], deliveryAnswers['invoices.sections']]
    const given: Section[] = []
    for (const part of parts) given.push(...[(await part?.(asking, input)) ?? []].flat())
    return given
  }
}
