import { action, notFound, refuse } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { addCode, changeCode, clientMeant, findShownCode } from './code-queries.ts'
import type { CodeFields } from './code-queries.ts'
import { ChangeCodeForm, CodeForm, CodeIdForm } from './forms.ts'
import type { CodeInput } from './forms.ts'

const permission = 'catalogue.write'
const about = ({ id }: { id: number }) => ({ discount_code: id })
const constraints = {
  discount_codes_code: ['code', 'catalogue.errors.code_taken'],
  discount_codes_uses: ['max_uses', 'catalogue.errors.code_used_more']
} as const

/** A code that takes something off. */
export const addCodeAction = action({
  name: 'catalogue.add_code',
  permission,
  input: CodeForm,
  constraints,
  about,
  async run({ db, tell }, input) {
    const id = await addCode(db, await fieldsOf(db, input))
    tell('catalogue.codes-changed', { code_id: id })
    return { id }
  }
})

/** Changes what it takes off from now on. */
export const changeCodeAction = action({
  name: 'catalogue.change_code',
  permission,
  input: ChangeCodeForm,
  constraints,
  about,
  async run({ db, tell, changed }, { id, version, ...input }) {
    const before = await findShownCode(db, id)
    if (!before) throw notFound()
    const after = await fieldsOf(db, input)
    if (!(await changeCode(db, id, version ?? before.version, after)))
      throw refuse({ version: 'catalogue.errors.stale' })
    changed(before, after)
    tell('catalogue.codes-changed', { code_id: id })
    return { id }
  }
})

/** Nobody can use it any more; another may be called so. */
export const archiveCode = action({
  name: 'catalogue.archive_code',
  permission,
  input: CodeIdForm,
  about,
  async run({ db, tell }, { id }) {
    const code = await findShownCode(db, id)
    if (!code || !(await changeCode(db, id, code.version, { archived_at: new Date() }))) throw notFound()
    tell('catalogue.codes-changed', { code_id: id })
    return { id }
  }
})

/** What is stored of a form: a part or an amount, and whom it is for. */
async function fieldsOf(db: Db, input: CodeInput): Promise<CodeFields> {
  const { kind, client_name, ...fields } = input
  const off = kind === 'part' ? fields.discount_bp : fields.discount_cents
  if (!off) throw refuse({ [kind === 'part' ? 'discount_bp' : 'discount_cents']: 'fields.required' })
  if (fields.valid_from !== null && fields.valid_to !== null && fields.valid_to < fields.valid_from)
    throw refuse({ valid_to: 'catalogue.errors.ends_before' })
  const meant = fields.client_id !== null || client_name !== null
  const client_id = meant ? await clientMeant(db, fields.client_id, client_name) : null
  if (client_id === undefined) throw refuse({ client_id: 'catalogue.errors.client' })
  return {
    ...fields,
    client_id,
    discount_bp: kind === 'part' ? off : 0,
    discount_cents: kind === 'amount' ? off : 0
  }
}
