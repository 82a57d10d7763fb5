import { time } from '@patchbay/core'
import type { Context, Hearing, Working } from '@patchbay/core'
import { readStored } from '@patchbay/core/storage'
import { extras } from './amounts.ts'
import type { Rate } from './amounts.ts'
import './contract.ts'
import { addLetter, findLetter, findPaper, listDue, listRates } from './queries.ts'
import type { LateInvoice, Letter } from './queries.ts'
import { DunningSettings } from './settings.ts'
import { listSteps } from './step-queries.ts'
import type { Step } from './step-queries.ts'
import { fill } from './words.ts'

/** Letters of one run of the clock: the rest waits for the next. */
const perRun = 100

/** Who writes a letter: the clock, a job or somebody. */
type Writing = Pick<Context, 'db' | 'studio'> & Pick<Working, 'wordsIn' | 'tell'>

/**
 * The clock: each open invoice gets the latest step that is due of it, once for ever; steps it was too late for are
 * passed over. Two runs at once write each letter once: the invoices are locked, and a step's letter is unique.
 */
export async function remindLate(work: Working): Promise<void> {
  const { db, studio } = work
  const settings = DunningSettings.parse(work.settings)
  const { day, clock } = time.localOf(new Date(), studio.timezone)
  if (!settings.automatic || Number(clock.slice(0, 2)) < settings.hour) return
  if (settings.weekdays && [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay())) return
  const due = await listDue(db, day, { gap: settings.gap_days, limit: perRun })
  if (due.length === 0) return
  const [steps, rates] = [(await listSteps(db)).filter(({ active }) => active), await listRates(db)]
  const written: number[] = []
  for (const invoice of due) if (await remindOf(work, invoice, { steps, rates, day })) written.push(invoice.id)
  if (written.length > 0) await work.did('dunning.remind', { invoice: written })
}

/** Writes the latest step that is due; those before it are noted as passed over. False: there was none. */
async function remindOf(
  work: Writing,
  invoice: LateInvoice,
  { steps, rates, day }: { steps: Step[]; rates: Rate[]; day: string }
): Promise<boolean> {
  const due = steps.filter(({ id, days }) => days <= invoice.days_late && !invoice.done_steps.includes(id))
  const step = due.at(-1)
  if (!step) return false
  for (const earlier of due.slice(0, -1)) {
    await addLetter(work.db, {
      ...letterOf(work, invoice, earlier, rates, day),
      state: 'skipped',
      reason: 'later_step'
    })
  }
  return (await writeLetter(work, letterOf(work, invoice, step, rates, day))) !== undefined
}

/** What a step says of an invoice that day. */
export function letterOf(
  { studio, wordsIn }: Pick<Writing, 'studio' | 'wordsIn'>,
  invoice: LateInvoice,
  step: Step,
  rates: readonly Rate[],
  day: string
): NewLetter {
  const asked = extras(step, invoice, day, rates)
  const words = fill(step, invoice, asked, { ...wordsIn(invoice.language), studio: studio.name })
  return { ...plain(invoice), ...words, ...asked, step_id: step.id, tone: step.tone }
}

export type NewLetter = Omit<Letter, 'id' | 'at'>

/** A letter about an invoice without words yet. */
export const plain = (invoice: LateInvoice): Omit<NewLetter, 'subject' | 'body'> => ({
  invoice_id: invoice.id,
  step_id: null,
  state: invoice.recipients.length > 0 ? 'written' : 'failed',
  reason: invoice.recipients.length > 0 ? null : 'no_address',
  tone: 'friendly',
  language: invoice.language,
  recipients: invoice.recipients,
  days_late: invoice.days_late,
  open_cents: invoice.open_cents,
  penalty_cents: 0,
  fee_cents: 0,
  currency: invoice.currency,
  mail_key: null,
  by_id: null
})

/** Keeps a letter, to be mailed after the commit. Undefined: that step's is written already. */
export async function writeLetter(
  { db, tell }: Pick<Writing, 'db' | 'tell'>,
  letter: NewLetter
): Promise<number | undefined> {
  const id = await addLetter(db, letter)
  if (id !== undefined && letter.state === 'written')
    tell('dunning.reminded', { letter_id: id, invoice_id: letter.invoice_id })
  return id
}

/** One mail to each recipient of a letter is called so. */
export const mailKeys = ({ id, recipients }: Pick<Letter, 'id' | 'recipients'>): string[] =>
  recipients.map((_, index) => `letter:${id}:${index}`)

/** A letter was written: mails it with the invoice, and a way to pay it. */
export async function mailLetter(hearing: Hearing, { letter_id }: { letter_id: number }): Promise<void> {
  const { db, ask, mail, wordsIn } = hearing
  const letter = await findLetter(db, letter_id)
  if (!letter || letter.state !== 'written') return
  const [open] = await ask('invoices.open', { invoice_id: letter.invoice_id })
  const file = await findPaper(db, letter.invoice_id)
  const content = await readStored(hearing, file.pdf_file_id)
  const { t } = wordsIn(letter.language)
  const keys = mailKeys(letter)
  for (const [index, to] of letter.recipients.entries()) {
    await mail({
      key: keys[index] ?? '',
      ever: true,
      to,
      locale: letter.language,
      subject: letter.subject,
      lines: letter.body.split(/\n{2,}/),
      ...(open?.href && { button: { label: t('dunning.letter.pay'), href: open.href } }),
      from: hearing.studio.name,
      attachments: [{ name: `${file.number.replaceAll('/', '-')}.pdf`, type: 'application/pdf', content }]
    })
  }
}
