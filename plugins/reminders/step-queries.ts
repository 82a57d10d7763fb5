import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A step of a studio's reminders. */
export interface Step {
  id: number
  audience: 'client' | 'crew'
  channel: 'mail' | 'sms'
  minutes_before: number | null
  days_before: number | null
  /** `18:00` */
  clock: string | null
  subject_fr: string
  text_fr: string
  subject_en: string
  text_en: string
  active: boolean
  version: number
}

const columns = `id, audience, channel, minutes_before, days_before, to_char(clock, 'HH24:MI') as clock, subject_fr,
  text_fr, subject_en, text_en, active, version`

/** The studio's steps, the earliest before a session first. */
export function listSteps(db: Db): Promise<Step[]> {
  return rowsOf<Step>(
    db,
    `select ${columns} from reminder_steps where archived_at is null
     order by coalesce(minutes_before, days_before * 1440) desc, clock, id`
  )
}

export async function findStep(db: Db, id: number): Promise<Step | undefined> {
  const [row] = await rowsOf<Step>(db, `select ${columns} from reminder_steps where id = ? and archived_at is null`, [
    id
  ])
  return row
}

export type StepFields = Omit<Step, 'id' | 'version'>

export async function addStep(db: Db, step: StepFields): Promise<number> {
  const [row] = await db('reminder_steps').insert(step).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** False when it is gone, or another than of `version`. */
export async function changeStep(db: Db, id: number, step: StepFields, version: number | null): Promise<boolean> {
  const query = db('reminder_steps').where({ id }).whereNull('archived_at')
  if (version !== null) void query.where({ version })
  return (await query.update({ ...step, version: db.raw('version + 1') })) === 1
}

/** Away with it; what it sent stays known. */
export async function archiveStep(db: Db, id: number): Promise<boolean> {
  const gone = await db('reminder_steps')
    .where({ id })
    .whereNull('archived_at')
    .update({ archived_at: db.fn.now(), active: false })
  return gone === 1
}
