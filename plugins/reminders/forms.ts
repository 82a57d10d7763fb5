import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { reminderStates } from './contract.ts'

/** A step: when, to whom, by what, in both languages. Either `minutes_before`, or `days_before` with `clock`. */
const step = {
  audience: fields.choice('client', 'crew'),
  channel: fields.choice('mail', 'sms'),
  moment: fields.choice('before', 'day'),
  /** Hours before the start. */
  hours_before: fields.optionalCount(1, 1440),
  days_before: fields.optionalCount(0, 60),
  clock: fields.optionalClock(),
  subject_fr: fields.optionalText(200),
  text_fr: fields.text(2000),
  subject_en: fields.optionalText(200),
  text_en: fields.text(2000),
  active: fields.flag()
}

export const StepForm = form(step)
export type StepInput = z.output<typeof StepForm>
export const ChangeStepForm = form({ id: fields.id(), version: fields.optionalId(), ...step })
export const StepIdForm = form({ id: fields.id() })
export const ReminderIdForm = form({ id: fields.id() })
export const ClientIdForm = form({ client_id: fields.id() })

/** The list's address: which reminders. */
export const RemindersQuery = form({
  state: fields
    .choice(...reminderStates)
    .or(z.literal('').transform(() => null))
    .nullish(),
  after: fields.optionalText(200)
})
