import type { FastifyInstance } from 'fastify'
import { changeDraft, draftInvoice, duplicateInvoice, removeDraft } from './actions.ts'
import { changeBilling, resumeReminders, stopReminders } from './billing.ts'
import { billingRoutes } from './billing-routes.ts'
import { correctInvoice, creditInvoice } from './credits.ts'
import { depositInvoice } from './deposits.ts'
import { fromMonth, fromSessions } from './from-sessions.ts'
import { listRoutes } from './list-routes.ts'
import { draftRoutes } from './routes.ts'

/** The writes of drafts. */
export const draftActions = [
  draftInvoice,
  changeDraft,
  removeDraft,
  duplicateInvoice,
  fromSessions,
  fromMonth,
  depositInvoice,
  creditInvoice,
  correctInvoice,
  changeBilling,
  stopReminders,
  resumeReminders
]

/** Their pages: the list, the month, cards, editors, and how clients are billed. */
export function draftPages(app: FastifyInstance): void {
  listRoutes(app)
  billingRoutes(app)
  draftRoutes(app)
}
