import { action, notFound, refuse } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { findBilling, findParty, writeBilling } from './billing-queries.ts'
import { isElectronicAddress } from '../codes.ts'
import { BillingForm, ClientForm, StopRemindersForm } from './forms.ts'

const about = ({ client_id }: { client_id: number }) => ({ client: client_id })

/** How a client stands on papers: SIRET, electronic address, terms, VAT, to whom papers go. */
export const changeBilling = action({
  name: 'invoices.change_billing',
  permission: 'invoices.write',
  input: BillingForm,
  async run({ db, changed }, { currency = null, ...fields }) {
    const party = await livingClient(db, fields.client_id)
    if (fields.siret && party.siren && !fields.siret.startsWith(party.siren))
      throw refuse({ siret: { key: 'invoices.drafts.errors.siret_of_siren', values: { siren: party.siren } } })
    if (fields.electronic_address) checkAddress(fields.electronic_address, party.siren)
    const before = (await findBilling(db, fields.client_id)) ?? noBilling
    const after = { ...fields, currency }
    await writeBilling(db, after)
    changed(before, after)

    return { client_id: fields.client_id }
  },
  about
})

/** Only a SIREN has one; what is not of it would be refused on its way. */
function checkAddress(address: string, siren: string | null): void {
  if (siren === null) throw refuse({ electronic_address: 'invoices.drafts.errors.electronic_of_nobody' })
  if (!isElectronicAddress(address, siren))
    throw refuse({ electronic_address: { key: 'invoices.drafts.errors.electronic_of_siren', values: { siren } } })
}

const noBilling = {
  siret: null,
  electronic_address: null,
  payment_days: null,
  vat_treatment: 'standard',
  currency: null,
  recipients: [],
  order_number: null
}

/** Nobody reminds this client any more. */
export const stopReminders = action({
  name: 'invoices.stop_reminders',
  permission: 'invoices.write',
  input: StopRemindersForm,
  async run({ db, tell }, { client_id, reason }) {
    await livingClient(db, client_id)
    await writeBilling(db, { client_id, reminders_stopped_at: new Date(), reminders_stopped_for: reason })
    tell('invoices.reminders-changed', { invoice_id: null, client_id })
    return { client_id }
  },
  about
})

/** Reminders of this client go on. */
export const resumeReminders = action({
  name: 'invoices.resume_reminders',
  permission: 'invoices.write',
  input: ClientForm,
  async run({ db, tell }, { client_id }) {
    await livingClient(db, client_id)
    await writeBilling(db, { client_id, reminders_stopped_at: null, reminders_stopped_for: null })
    tell('invoices.reminders-changed', { invoice_id: null, client_id })
    return { client_id }
  },
  about
})

async function livingClient(db: Db, client_id: number) {
  const party = await findParty(db, client_id)
  if (!party) throw notFound()
  return party
}
