import { conflict, time } from '@patchbay/core'
import { explain } from '@patchbay/core/forms'
import { readStored } from '@patchbay/core/storage'
import type { FastifyRequest } from 'fastify'
import { paymentMethods } from '../contract.ts'
import { problemsOf } from './checks.ts'
import { dueDate } from './due.ts'
import { contentOf } from './content.ts'
import { gather } from './issue.ts'
import { draftPdf } from './paper.ts'

interface Failed {
  errors: Record<string, string>
  values: Record<string, unknown>
}

/** What issuing a draft will do, and what keeps it from being issued. @throws conflict when it is issued already */
export async function issuePage(request: FastifyRequest, failed?: Failed) {
  const id = request.recordId()
  const { db, studio } = request
  const today = time.today(studio.timezone)
  const ready = await gather({ db, ask: request.ask.bind(request) }, id, today)
  const { draft, totals, buyer, seller, deposits } = ready
  const { t } = request.words()
  const issue_date = draft.issue_date ?? today
  const errors = failed?.errors ?? explain(problemsOf(ready), t)
  return {
    styles: ['/static/invoices/delivery.css'],
    title: t('invoices.issuing.issue.title'),
    draft,
    buyer,
    totals,
    issue_date,
    due_date: dueDate(issue_date, draft, buyer, seller),
    payable_cents: totals.total_cents - deposits.reduce((sum, { cents }) => sum + cents, 0),
    may_be_paid: draft.kind !== 'credit_note' && deposits.length === 0,
    methods: paymentMethods,
    today,
    errors,
    values: failed?.values ?? {}
  }
}

/** A draft as its paper will look. @throws conflict when it is issued: that paper is another */
export async function draftPreview(request: FastifyRequest): Promise<Buffer> {
  const { db, folder, studio } = request
  const ready = await gather({ db, ask: request.ask.bind(request) }, request.recordId(), time.today(studio.timezone))
  if (ready.seller.missing.length > 0) throw conflict('invoices.issuing.errors.seller_missing')
  const issue_date = ready.draft.issue_date ?? time.today(studio.timezone)
  const content = contentOf(ready, issue_date, undefined, request.actor.name)
  const { logo_file_id } = ready.seller
  const logo = logo_file_id === null ? null : await readStored({ db, folder }, logo_file_id)
  return draftPdf({ ...content, number: '', payment_link: null }, logo, request.wordsIn(ready.draft.language).t)
}
