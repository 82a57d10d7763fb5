import type { FastifyInstance } from 'fastify'
import { chargeFee, waiveFee } from './fees.ts'
import {
  addCancellationPolicy,
  archiveCancellationPolicy,
  changeCancellationPolicy,
  chooseCancellationPolicy,
  restoreCancellationPolicy
} from './policy-actions.ts'
import { policyRoutes } from './policy-routes.ts'
import { priceRoutes } from './routes.ts'
import {
  addPriceRule,
  archivePriceRule,
  changeClientTerms,
  changePriceRule,
  orderPriceRule,
  restorePriceRule
} from './rule-actions.ts'

/** What prices add to the plugin's writes. */
export const priceActions = [
  addPriceRule,
  changePriceRule,
  archivePriceRule,
  restorePriceRule,
  orderPriceRule,
  changeClientTerms,
  addCancellationPolicy,
  changeCancellationPolicy,
  archiveCancellationPolicy,
  restoreCancellationPolicy,
  chooseCancellationPolicy,
  waiveFee,
  chargeFee
]

/** Their pages: rules, what is agreed with clients, cancellation policies. */
export function pricePages(app: FastifyInstance): void {
  priceRoutes(app)
  policyRoutes(app)
}
