import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { removeFile, saveFile, savePhoto } from '@patchbay/core/storage'
import { createHash } from 'node:crypto'
import { regimeOf, theirs } from './entering.ts'
import { AddFileForm, FileIdForm, ReceiveForm } from './forms.ts'
import { isFrenchRate, sumsOf, withRecovery } from './pricing.ts'
import type { Regime } from './pricing.ts'
import { addExpense, addFile, dropFile, idOfFile } from './queries.ts'
import type { ExpenseFields } from './queries.ts'
import type { ReadFile, ReadInvoice, Warning } from './reading/invoice.ts'
import { isMail, readMail } from './reading/mail.ts'
import { readApart } from './reading/reading.ts'
import { matchSupplier } from './supplier-queries.ts'

/** What became of the files that came together. */
export interface Received {
  expense_ids: number[]
  /** Of these, how many were there already. */
  repeated: number
}

/**
 * Takes in a file: an electronic invoice (Factur-X, CII, UBL) becomes a draft with everything filled, another PDF or a
 * photo one to complete; a mail gives what is attached to it. The same file twice is one expense. The API takes the file
 * in base64, of at most 10 MB.
 */
export const receiveFile = action({
  name: 'expenses.receive',
  permission: 'expenses.write',
  input: ReceiveForm,
  secret: ['file'],
  most_bytes: 14_000_000,
  async run(running, { file, name }): Promise<Received> {
    if (!isMail(file)) {
      const received = await receiveOne(running, file, name ?? '', null)
      if ('why' in received) throw refuse({ file: received.why })
      return { expense_ids: [received.id], repeated: received.repeated ? 1 : 0 }
    }
    const { from, subject, attachments } = readMail(file)
    const note = running.t('expenses.receive.by_mail', { from, subject }).slice(0, 500)
    const all: { id: number; repeated: boolean }[] = []
    for (const one of attachments.slice(0, 20)) {
      const received = await receiveOne(running, one.content, one.name, note)
      if ('id' in received) all.push(received)
    }
    if (all.length === 0) throw refuse({ file: 'expenses.errors.mail_empty' })
    const expense_ids = [...new Set(all.map(({ id }) => id))]
    return { expense_ids, repeated: all.filter(({ repeated }) => repeated).length }
  },
  about: ({ expense_ids }) => ({ expense: expense_ids })
})

/** Puts one more picture or PDF to an expense. */
export const addFileAction = action({
  name: 'expenses.add_file',
  permission: 'expenses.write',
  input: AddFileForm,
  secret: ['file'],
  most_bytes: 14_000_000,
  async run(running, { id, file, name }) {
    await theirs(running, id)
    const read = await readApart(file)
    if (read.what === 'nothing') throw refuse({ file: read.why })
    await addFile(running.db, id, await keepFile(running, file, name ?? '', read))
    running.tell('expenses.changed', { expense_id: id })
    return id
  },
  about: id => ({ expense: id })
})

/** Takes a file off an expense; the one it was received as stays. */
export const removeFileAction = action({
  name: 'expenses.remove_file',
  permission: 'expenses.write',
  confirm: true,
  input: FileIdForm,
  async run(running, { id, file_id }) {
    const { db, folder, tell, can } = running
    const expense = await theirs(running, id)
    if (expense.state === 'recorded' && !can('expenses.record')) throw refuse({ '': 'expenses.errors.recorded' })
    if (expense.received_sha256 && (await isOriginal(running, file_id, expense.received_sha256)))
      throw refuse({ '': 'expenses.errors.original' })
    if (!(await dropFile(db, id, file_id))) throw notFound()
    await removeFile({ db, folder }, file_id)
    tell('expenses.changed', { expense_id: id })
    return id
  },
  about: id => ({ expense: id })
})

async function isOriginal({ db }: Running, file_id: number, sha256: Buffer): Promise<boolean> {
  const row = await db('files').where({ id: file_id }).first<{ sha256: Buffer } | undefined>('sha256')
  return row?.sha256.equals(sha256) ?? false
}

async function receiveOne(
  running: Running,
  content: Buffer,
  name: string,
  note: string | null
): Promise<{ id: number; repeated: boolean } | { why: string }> {
  const { db, person, tell } = running
  const sha256 = createHash('sha256').update(content).digest()
  const there = await idOfFile(db, sha256)
  if (there !== undefined) return { id: there, repeated: true }
  const read = await readApart(content)
  if (read.what === 'nothing') return { why: read.why }
  // the same file twice at once: the second finds what the first became. Not before the reading, which takes its time
  await db.raw('select pg_advisory_xact_lock(?)', [sha256.readInt32BE(0)])
  const known = await idOfFile(db, sha256)
  if (known !== undefined) return { id: known, repeated: true }
  const file_id = await keepFile(running, content, name, read)
  const received_as = read.what === 'invoice' ? read.invoice.syntax : kept(read.media_type)
  const { fields, lines } = await drafted(running, read)
  const sums = sumsOf(lines, fields.exchange_rate ?? null)
  const id = await addExpense(db, { ...fields, note, received_as, received_sha256: sha256 }, lines, sums, person.id)
  await addFile(db, id, file_id)
  tell('expenses.added', { expense_id: id })
  return { id, repeated: false }
}

const kept = (media_type: 'application/pdf' | 'application/xml' | 'image') =>
  media_type === 'image' ? 'image' : media_type === 'application/pdf' ? 'pdf' : 'xml'

/** Bytes as they came, but photos: upright, small, as WebP. */
async function keepFile(
  { db, folder, person }: Running,
  content: Buffer,
  name: string,
  read: ReadFile
): Promise<number> {
  const plain =
    name
      .replace(/^.*[\\/]/, '')
      .replace(/\.[a-z0-9]{1,5}$/i, '')
      .slice(0, 150) || 'document'
  if (read.what === 'receipt' && read.media_type === 'image')
    return (await savePhoto({ db, folder, person }, content, plain, { field: 'file', most: 2000 })).id
  const isPdf = content.subarray(0, 1024).includes('%PDF-')
  const media_type = isPdf ? 'application/pdf' : 'application/xml'
  return (await saveFile({ db, folder, person }, content, { name: plain, media_type })).id
}

/** The draft that a file becomes. */
async function drafted(running: Running, read: Exclude<ReadFile, { what: 'nothing' }>) {
  if (read.what === 'receipt') {
    const warnings: Warning[] = read.why ? [{ key: read.why }] : []
    return { fields: { warnings } as Partial<ExpenseFields>, lines: [] }
  }
  const { invoice } = read
  const { supplier } = invoice
  const name = supplier.name?.slice(0, 200) ?? null
  const known = name
    ? await matchSupplier(running.db, { name, siren: supplier.siren, vat_number: supplier.vat_number })
    : undefined
  const regime = await regimeOf(running)
  const fields: Partial<ExpenseFields> = {
    kind: invoice.kind,
    supplier_id: known?.id ?? null,
    supplier_name: name,
    supplier_siren: supplier.siren,
    supplier_vat_number: supplier.vat_number,
    supplier_country: supplier.country,
    iban: supplier.iban,
    bic: supplier.bic,
    number: invoice.number?.slice(0, 100) ?? null,
    order_number: invoice.order_number?.slice(0, 100) ?? null,
    refers_to: invoice.refers_to?.slice(0, 100) ?? null,
    issue_date: invoice.issue_date,
    due_date: invoice.due_date,
    currency: /^[A-Z]{3}$/.test(invoice.currency) ? invoice.currency : 'EUR',
    with_vat: false,
    prepaid_cents: invoice.announced.prepaid_cents,
    warnings: [...invoice.warnings, ...(await moreWarnings(running, invoice, known, regime))]
  }
  const lines = invoice.lines.map(line =>
    withRecovery({ ...line, category_id: known?.category_id ?? null, recoverable_bp: 10_000 }, regime)
  )
  return { fields, lines }
}

/** What people should look at before they record it. */
async function moreWarnings(
  { ask }: Running,
  invoice: ReadInvoice,
  known: { iban: string | null } | undefined,
  { franchise }: Regime
): Promise<Warning[]> {
  const warnings: Warning[] = []
  const [studio] = await ask('legal.seller', { on: new Date().toISOString().slice(0, 10), language: 'fr' })
  const { buyer, supplier, lines, announced } = invoice
  if (studio?.siren && buyer.siren && buyer.siren !== studio.siren)
    warnings.push({ key: 'not_ours', text: buyer.name ?? buyer.siren })
  if (studio?.siren && supplier.siren === studio.siren) warnings.push({ key: 'from_us' })
  if (known?.iban && supplier.iban && known.iban !== supplier.iban)
    warnings.push({ key: 'other_iban', text: supplier.iban })
  if (announced.prepaid_cents !== 0) warnings.push({ key: 'prepaid', cents: announced.prepaid_cents })
  if (lines.some(line => ['AE', 'K'].includes(line.vat_category))) warnings.push({ key: 'reverse_charge' })
  if (!franchise && lines.some(line => line.vat_cents !== 0 && !isFrenchRate(line.vat_rate)))
    warnings.push({ key: 'foreign_vat' })
  if (!invoice.number) warnings.push({ key: 'no_number' })
  if (!invoice.issue_date) warnings.push({ key: 'no_date' })
  return warnings
}
