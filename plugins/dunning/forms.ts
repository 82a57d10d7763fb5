import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { tones } from './contract.ts'

/** A whole number that may be less than nothing, as a form or the API sends it. */
const days = z
  .union([z.number(), z.string().transform(text => Number(text.trim() || Number.NaN))])
  .pipe(z.int('fields.number').min(-30, 'fields.too_small').max(365, 'fields.too_large'))

const step = {
  /** After the due date; less than nothing: before it. */
  days,
  tone: fields.choice(...tones),
  subject_fr: fields.text(200),
  text_fr: fields.text(3000),
  subject_en: fields.text(200),
  text_en: fields.text(3000),
  penalty: fields.flag(),
  fee: fields.flag(),
  active: fields.flag()
}

export const StepForm = form(step)
export const ChangeStepForm = form({ id: fields.id(), version: fields.optionalId(), ...step })
export const StepIdForm = form({ id: fields.id() })

/** `12,15` % a year as hundredths of a per cent; a number from the API is that already. */
const rate = z
  .union([
    z.number(),
    z.string().transform(text => {
      const match = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(text.trim())
      return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : Number.NaN
    })
  ])
  .pipe(z.int('dunning.errors.rate').min(0, 'dunning.errors.rate').max(10_000, 'dunning.errors.rate'))

/** The yearly rate of penalties from a day on. */
export const RateForm = form({ valid_from: fields.day(), rate_bp: rate })

/** A reminder by hand: the words may be others than the step's. */
export const SendForm = form({
  invoice_id: fields.id(),
  step_id: fields.optionalId(),
  subject: fields.text(200),
  body: fields.text(3000)
})

export const StopForm = form({ invoice_id: fields.id(), reason: fields.text(300) })
export const ResumeForm = form({ invoice_id: fields.id() })

export const DunningQuery = form({
  /** `stopped` shows those that nobody is reminded of. */
  state: fields
    .choice('stopped')
    .or(z.literal('').transform(() => null))
    .nullish(),
  after: fields.optionalText(200)
})
