import { action, conflict, notFound } from '@patchbay/core'
import { addCategory, changeCategory, findCategory } from './category-queries.ts'
import { CategoryForm, ChangeCategoryForm, SupplierForm } from './forms.ts'
import { changeSupplier, findSupplier } from './supplier-queries.ts'

/** Corrects what is known of a supplier. */
export const changeSupplierAction = action({
  name: 'expenses.change_supplier',
  permission: 'expenses.record',
  input: SupplierForm,
  constraints: {
    suppliers_vat_number: ['vat_number', 'expenses.errors.supplier_vat'],
    suppliers_name: ['name', 'expenses.errors.supplier_name']
  },
  async run({ db, changed, tell }, { id, version, ...fields }) {
    const before = await findSupplier(db, id)
    if (!before) throw notFound()
    if (version !== null && version !== before.version) throw conflict()
    await changeSupplier(db, id, fields)
    changed(before, fields)
    tell('expenses.suppliers-changed', { supplier_id: id })
    return id
  },
  about: id => ({ supplier: id })
})

/** One more thing to spend money on. */
export const addCategoryAction = action({
  name: 'expenses.add_category',
  permission: 'expenses.record',
  input: CategoryForm,
  run: ({ db }, { recoverable, ...fields }) => addCategory(db, { ...fields, recoverable_bp: recoverable * 100 }),
  about: id => ({ expense_category: id })
})

/** Its name, account and how much of its VAT comes back, for expenses to come. One that came with the house may keep its name. */
export const changeCategoryAction = action({
  name: 'expenses.change_category',
  permission: 'expenses.record',
  input: ChangeCategoryForm,
  async run({ db, changed }, { id, recoverable, archived, label, account }) {
    const before = await findCategory(db, id)
    if (!before) throw notFound()
    const archived_at = archived ? (before.archived_at ?? new Date()) : null
    const after = { account, recoverable_bp: recoverable * 100, label: label ?? (before.code ? null : before.label) }
    await changeCategory(db, id, { ...after, archived_at })
    changed(before, after)
    return id
  },
  about: id => ({ expense_category: id })
})
