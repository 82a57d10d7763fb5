import type { Hearing, Running, Working } from '@patchbay/core'
import { note } from './event-queries.ts'
import { changeSigner, findSigner } from './queries.ts'
import { settingsOf } from './forms.ts'
import { expireRequests, listForgetful, listUninvited } from './turn-queries.ts'

/** Lets those be mailed whose turn it is now. */
export async function inviteNext({ db, tell }: Pick<Running, 'db' | 'tell'>, request_id: number): Promise<void> {
  for (const { id } of await listUninvited(db, request_id)) {
    await changeSigner(db, id, { mailed_at: new Date() })
    tell('signatures.invited', { signer_id: id })
  }
}

/** Has a signer mailed once more. */
export async function remindSigner(
  { db, tell }: Pick<Hearing, 'db' | 'tell'>,
  { id, request_id, detail }: { id: number; request_id: number; detail: string | null }
): Promise<void> {
  const signer = await findSigner(db, id)
  await changeSigner(db, id, { reminded_at: new Date(), reminders: (signer?.reminders ?? 0) + 1 })
  await note(db, request_id, 'reminded', { signer_id: id, detail })
  tell('signatures.reminded', { signer_id: id })
}

/** Mails those again who have not answered, as often as the studio wants. */
export async function remindForgetful({ db, tell, did, settings }: Working): Promise<void> {
  const { remind_after_days: days, most_reminders: most } = settingsOf(settings)
  if (days === 0 || most === 0) return
  const forgetful = await listForgetful(db, { days, most })
  for (const { id, request_id } of forgetful) await remindSigner({ db, tell }, { id, request_id, detail: null })
  if (forgetful.length > 0) {
    await did('signatures.remind', { signature: [...new Set(forgetful.map(({ request_id }) => request_id))] })
  }
}

/** Ends what has run out, and says so. */
export async function expire({ db, tell, did }: Working): Promise<void> {
  const gone = await expireRequests(db)
  for (const { id } of gone) {
    await note(db, id, 'expired')
    tell('signatures.ended', { request_id: id })
  }
  if (gone.length > 0) await did('signatures.expire', { signature: gone.map(({ id }) => id) })
}
