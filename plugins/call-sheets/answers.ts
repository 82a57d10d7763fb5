import { time, together } from '@patchbay/core'
import type { Asking, Mailed, Plugin } from '@patchbay/core'
import type { Fate } from './contract.ts'
import { mailKey } from './mailing.ts'
import { findSheet } from './queries.ts'
import { latestRecall, listOfSession } from './recall-queries.ts'
import { listSendings, listUnsent } from './sending-queries.ts'
import type { Sending } from './sending-queries.ts'
import { settingsOf } from './settings.ts'

/** What call sheets say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'core.today'({ db, studio, can }: Asking, { day }) {
    if (!can('call-sheets.read')) return undefined
    const tomorrow = time.addDays(day, 1)
    const [from, to] = [tomorrow, time.addDays(tomorrow, 1)].map(one => time.startOfDay(one, studio.timezone))
    const unsent = await listUnsent(db, from as Date, to as Date)
    return unsent.length === 0 ? undefined : { view: 'call-sheets/_today', data: { unsent } }
  },
  async 'sessions.sections'({ db, can, settings, letters }, { session_id }) {
    if (!can('call-sheets.read')) return undefined
    const [sheet, sendings, notes, latest] = await together(db, db => [
      findSheet(db, session_id),
      listSendings(db, session_id),
      listOfSession(db, session_id),
      latestRecall(db, session_id)
    ])
    if (!sheet) return undefined
    const sent = withFate(sendings, await letters(sendings.map(mailKey)))
    const early = sheet.call_minutes ?? settingsOf(settings).call_minutes
    const call_at = new Date(sheet.starts_at.getTime() - early * 60_000)
    return { view: 'call-sheets/_session', data: { sheet, call_at, sent, notes, latest } }
  }
}

/** A sending with what became of its mail. */
export type Sent = Sending & { fate: Fate; why: string | null; sent_at: Date | null }

/** What is written and not refused waits; without a mail server, for ever. */
export function withFate(sendings: readonly Sending[], letters: readonly Mailed[]): Sent[] {
  const known = new Map(letters.map(letter => [letter.key, letter]))
  return sendings.map(sending => {
    const letter = known.get(mailKey(sending))
    const fate = letter?.sent_at ? 'sent' : letter?.error ? 'failed' : 'waiting'
    return { ...sending, fate, why: letter?.error ?? null, sent_at: letter?.sent_at ?? null }
  })
}
