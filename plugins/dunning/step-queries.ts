import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { StepWords } from './amounts.ts'

/** A step of the studio's reminders. */
export interface Step extends StepWords {
  id: number
  days: number
  penalty: boolean
  fee: boolean
  active: boolean
  version: number
}

const columns = 'id, days, tone, subject_fr, text_fr, subject_en, text_en, penalty, fee, active, version'

/** The earliest first. */
export const listSteps = (db: Db): Promise<Step[]> =>
  rowsOf<Step>(db, `select ${columns} from dunning_steps where archived_at is null order by days, id`)

export async function findStep(db: Db, id: number): Promise<Step | undefined> {
  const [row] = await rowsOf<Step>(db, `select ${columns} from dunning_steps where id = ? and archived_at is null`, [
    id
  ])
  return row
}

export type StepFields = Omit<Step, 'id' | 'version'>

export async function addStepRow(db: Db, step: StepFields): Promise<number> {
  const [row] = await db('dunning_steps').insert(step).returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return row.id
}

/** False when it is gone, or another than of `version`. */
export async function changeStepRow(db: Db, id: number, step: StepFields, version: number | null): Promise<boolean> {
  const query = db('dunning_steps').where({ id }).whereNull('archived_at')
  if (version !== null) void query.where({ version })
  return (await query.update({ ...step, version: db.raw('version + 1') })) === 1
}

/** Away with it; what it sent stays known. */
export const archiveStepRow = async (db: Db, id: number): Promise<boolean> =>
  (await db('dunning_steps')
    .where({ id })
    .whereNull('archived_at')
    .update({ archived_at: db.fn.now(), active: false })) === 1
