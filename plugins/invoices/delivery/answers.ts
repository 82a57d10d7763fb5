import type { Plugin } from '@patchbay/core'
import { deliverySection } from './pages.ts'
import { hearDelivery, hearIssued, hearPayment, workPlatform } from './carrying.ts'

/** The deliveries of an invoice on its page. */
export const deliveryAnswers: NonNullable<Plugin['answers']> = {
  'invoices.sections': (asking, { invoice_id }) =>
    asking.can('invoices.read') ? deliverySection(asking, invoice_id) : Promise.resolve(undefined)
}

export const deliveryHears: NonNullable<Plugin['on']> = {
  'invoices.delivery-asked': hearDelivery,
  'invoices.issued': hearIssued,
  'invoices.payment-recorded': hearPayment
}

export const deliveryJobs: NonNullable<Plugin['jobs']> = {
  // people wait for what the platform says without coming back here
  platform: {
    every: '*/5 * * * *',
    after: ['invoices.delivery-asked', 'invoices.payment-recorded'],
    days: 60,
    apart: true,
    run: workPlatform
  }
}
