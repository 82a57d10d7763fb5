import type { Context, Hearing, Mailed, Working } from '@patchbay/core'
import {
  addDue,
  forgetWithdrawn,
  giveUpOld,
  listObsolete,
  listOpen,
  lockReminder,
  occasionOf,
  setState
} from './queries.ts'
import type { Occasion, Reminder } from './queries.ts'
import { smsToFile } from './sms.ts'
import { fill, valuesFor } from './words.ts'

/** How often a short message is tried again by itself. Mails are tried again by the mail queue. */
const tries = 5

type Sending = Pick<Working, 'db' | 'studio' | 'folder' | 'mail' | 'mailAgain' | 'wordsIn'>

/** One reminder for ever: whoever writes it twice sends it once. Moved sessions have reminders of their own. */
export const keyOf = ({ session_id, step_id, person_id, for_start }: Reminder): string =>
  `reminder:${session_id}:${step_id}:${person_id ?? 'client'}:${for_start.getTime()}`

/** The clock: takes back what is no longer so, says what became of what was sent, sends what is due. */
export async function remind(work: Working): Promise<void> {
  await withdrawObsolete(work)
  await settle(work)
  for (const id of await addDue(work.db, work.studio.timezone)) await send(work, id)
}

/** A session moved, was called off or is back: what waits of the old is taken back, what is right again may go once more. */
export async function replan(hearing: Hearing, { session_id }: { session_id: number }): Promise<void> {
  await withdrawObsolete(hearing, session_id)
  await forgetWithdrawn(hearing.db, session_id)
}

/** Somebody asked for it to be sent again. */
export async function sendAgain(hearing: Hearing, { reminder_id }: { reminder_id: number }): Promise<void> {
  await send(hearing, reminder_id)
}

/** Sends one reminder, in its reader's language, to where the reader can be reached now; or notes why not. */
async function send(work: Sending, id: number): Promise<void> {
  const { db } = work
  const reminder = await lockReminder(db, id)
  const occasion = reminder && (await occasionOf(db, id))
  if (!reminder || !occasion || reminder.state === 'sent') return
  const address = reminder.channel === 'mail' ? occasion.email : occasion.phone
  const without = reminder.channel === 'mail' ? 'no_email' : 'no_phone'
  if (occasion.stopped) return setState(db, id, { state: 'skipped', reason: 'stopped', address: null })
  if (!address) return setState(db, id, { state: 'skipped', reason: without, address: null })
  if (reminder.channel === 'mail') await mail(work, reminder, occasion, address)
  else await text(work, reminder, occasion, address)
}

async function mail(work: Sending, reminder: Reminder, occasion: Occasion, to: string): Promise<void> {
  const key = keyOf(reminder)
  if (!(await work.mailAgain(key, to))) {
    const { subject, body } = said(work, reminder, occasion)
    const lines = body.split(/\n{2,}/).filter(line => line.trim() !== '')
    const letter = { locale: occasion.locale, subject, lines, expires_at: occasion.starts_at }
    await work.mail({ ...letter, to, key, ever: true })
  }
  await setState(work.db, reminder.id, { state: 'queued', reason: null, address: to })
}

async function text(work: Sending, reminder: Reminder, occasion: Occasion, to: string): Promise<void> {
  const { body } = said(work, reminder, occasion)
  const attempts = reminder.attempts + 1
  const failure = await smsToFile(work.folder.dataDir, work.studio)
    .send({ key: keyOf(reminder), to, text: body })
    .then(
      () => undefined,
      // why it could not be sent is told to whoever looks at the session, and it is tried again
      (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 500)
    )
  const outcome = failure === undefined ? { state: 'sent', sent_at: new Date() } : { state: 'failed' }
  await setState(work.db, reminder.id, {
    ...(outcome as { state: 'sent' }),
    reason: failure ?? null,
    address: to,
    attempts
  })
}

function said({ studio, wordsIn }: Sending, { name }: Reminder, occasion: Occasion): { subject: string; body: string } {
  const values = valuesFor({ name, studio: studio.name }, occasion, wordsIn(occasion.locale))
  return {
    subject: fill(occasion[`subject_${occasion.locale}`], values),
    body: fill(occasion[`text_${occasion.locale}`], values)
  }
}

/** Notes what the mail server said of what waits, and tries short messages again. */
async function settle(work: Working): Promise<void> {
  await giveUpOld(work.db)
  const open = await listOpen(work.db)
  const letters = await fates(work, open)
  for (const reminder of open) {
    if (reminder.channel === 'mail') await note(work, reminder, letters.get(keyOf(reminder)))
    else if (reminder.attempts < tries && reminder.for_start > new Date()) await send(work, reminder.id)
  }
}

/** What a letter says about its reminder. Nothing is known of it before it is written. */
export function fateOf(reminder: Reminder, letter: Mailed | undefined): Pick<Reminder, 'state' | 'reason' | 'sent_at'> {
  if (!letter || (reminder.state !== 'queued' && reminder.state !== 'failed')) return reminder
  if (letter.sent_at) return { state: 'sent', reason: null, sent_at: letter.sent_at }
  return letter.error ? { state: 'failed', reason: letter.error, sent_at: null } : { ...reminder, state: 'queued' }
}

async function note({ db }: Pick<Context, 'db'>, reminder: Reminder, letter: Mailed | undefined): Promise<void> {
  const { state, reason, sent_at } = fateOf(reminder, letter)
  if (state !== reminder.state || reason !== reminder.reason)
    await setState(db, reminder.id, { state, reason, sent_at })
}

/** Takes back what has not gone out. What had gone by then is noted as sent. */
async function withdrawObsolete(work: Working | Hearing, sessionId?: number): Promise<void> {
  const obsolete = await listObsolete(work.db, sessionId)
  await work.withdraw(obsolete.map(keyOf))
  const left = await fates(work, obsolete)
  for (const reminder of obsolete) {
    const letter = left.get(keyOf(reminder))
    if (letter?.sent_at) await note(work, reminder, letter)
    else await setState(work.db, reminder.id, { state: 'withdrawn', reason: null })
  }
}

/** Letters of reminders by key. */
export async function fates(
  { letters }: Pick<Context, 'letters'>,
  reminders: readonly Reminder[]
): Promise<Map<string, Mailed>> {
  const keys = reminders.filter(({ channel }) => channel === 'mail').map(keyOf)
  return new Map((await letters(keys)).map(letter => [letter.key, letter]))
}
