import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Translate } from '@patchbay/core/i18n'

/** What money is spent on. */
export interface Category {
  id: number
  /** Of one that came with the house: its name is `expenses.categories.<code>`. */
  code: string | null
  label: string | null
  account: string
  recoverable_bp: number
  archived_at: Date | null
}

export const listCategories = (db: Db): Promise<Category[]> =>
  rowsOf(
    db,
    'select id, code, label, account, recoverable_bp, archived_at from expense_categories order by position, id'
  )

/** As people call it. */
export const categoryName = ({ code, label }: Pick<Category, 'code' | 'label'>, t: Translate): string =>
  label ?? t(`expenses.categories.${code}`)

export async function addCategory(
  db: Db,
  fields: Pick<Category, 'label' | 'account' | 'recoverable_bp'>
): Promise<number> {
  const [row] = await db('expense_categories')
    .insert({ ...fields, position: db('expense_categories').select(db.raw('coalesce(max(position), 0) + 1')) })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function changeCategory(db: Db, id: number, fields: Partial<Category>): Promise<boolean> {
  return (await db('expense_categories').where({ id }).update(fields)) > 0
}

export async function findCategory(db: Db, id: number): Promise<Category | undefined> {
  const [found] = await rowsOf<Category>(
    db,
    'select id, code, label, account, recoverable_bp, archived_at from expense_categories where id = ?',
    [id]
  )
  return found
}
