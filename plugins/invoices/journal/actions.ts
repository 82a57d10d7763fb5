import { action, form } from '@patchbay/core'
import { closePeriods } from './closing.ts'
import { addVerification } from './running.ts'

/** Closes every day, month and year that is over and was not closed. */
export const closeNow = action({
  name: 'invoices.close',
  permission: 'invoices.close',
  confirm: true,
  input: form({}),
  async run({ db, studio, person }) {
    return { closed: await closePeriods({ db, studio, person }) }
  },
  about: () => ({})
})

/** Asks for a verification; whoever serves the page runs it. */
export const askVerification = action({
  name: 'invoices.verify',
  permission: 'invoices.read',
  input: form({}),
  async run({ db, person }) {
    return { id: await addVerification(db, person.id) }
  },
  about: () => ({})
})

export const journalActions = [closeNow, askVerification]
