import { action, form, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { z } from 'zod'
import {
  NotesForm,
  RowForm,
  TakeChangeForm,
  TakeForm,
  arrivalFields,
  costFields,
  musicianFields,
  ofRow,
  ofSession,
  titleFields
} from './forms.ts'
import { instantIn, openLog } from './log.ts'
import { addRow, addTake, changeRow, changeTake, removeRow, removeTake, writeLog } from './queries.ts'
import type { Log, RowTable } from './queries.ts'

/** What the rows of a report have in common: of which session they are, and which they are. */
const about = (_: unknown, { session_id }: { session_id: number }) => ({ session: session_id })
const permission = 'session-report.write'

type Typed<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>

/** Adding, changing and removing one kind of row: each refuses when the report is signed or out to be signed. */
function rowsOf<Shape extends z.ZodRawShape>(
  noun: string,
  table: RowTable,
  shape: Shape,
  columns: (input: Typed<Shape>, log: Log, running: Running, adding: boolean) => object,
  constraints: Record<string, readonly [string, string]> = {}
) {
  // what a generic shape and known fields give together is beyond what TypeScript works out
  const AddForm = form({ ...ofSession, ...shape }) as unknown as z.ZodType<Typed<Shape> & { session_id: number }>
  const ChangeForm = form({ ...ofRow, ...shape }) as unknown as z.ZodType<
    Typed<Shape> & { session_id: number; id: number }
  >
  return {
    add: action({
      name: `session-report.add_${noun}`,
      permission,
      input: AddForm,
      constraints,
      about,
      async run(running, input) {
        const { session_id } = input
        const log = await openLog(running, session_id)
        const row = { session_id, ...columns(input, log, running, true), added_by: writer(running) }
        const id = await addRow(running.db, table, row)
        running.tell('session-report.changed', { session_id })
        return { id }
      }
    }),
    change: action({
      name: `session-report.change_${noun}`,
      permission,
      input: ChangeForm,
      constraints,
      about,
      async run(running, input) {
        const { session_id, id } = input
        const log = await openLog(running, session_id)
        const row = columns(input, log, running, false)
        if (!(await changeRow(running.db, table, { session_id, id }, row))) throw notFound()
        running.tell('session-report.changed', { session_id })
        return { id }
      }
    }),
    remove: action({
      name: `session-report.remove_${noun}`,
      permission,
      input: RowForm,
      about,
      async run(running, { session_id, id }) {
        await openLog(running, session_id)
        if (!(await removeRow(running.db, table, { session_id, id }))) throw notFound()
        running.tell('session-report.changed', { session_id })
        return { id }
      }
    })
  }
}

/** Who writes, as a row may refer to them: nobody for the command line. */
export const writer = ({ db, person }: Pick<Running, 'db' | 'person'>) =>
  db('people')
    .where({ id: person.id ?? 0 })
    .select('id')

/** Who came on the client's side, and when they left. */
export const arrivals = rowsOf(
  'arrival',
  'session_arrivals',
  arrivalFields,
  ({ name, role, arrived, left }, log, { studio }, adding) => {
    const arrived_at = at(log, arrived, studio.timezone, 'arrived') ?? (adding ? new Date() : undefined)
    const left_at = at(log, left, studio.timezone, 'left')
    return { name, role, ...(arrived_at && { arrived_at }), left_at: left_at ?? null }
  },
  { session_arrivals_order: ['left', 'session-report.errors.order'] }
)

export const titles = rowsOf('title', 'session_titles', titleFields, ({ title }) => ({ title }), {
  session_titles_title: ['title', 'session-report.errors.title_there']
})

export const musicians = rowsOf(
  'musician',
  'session_musicians',
  musicianFields,
  ({ name, instrument, role, society, society_number, from, to }, log, { studio }) => ({
    name,
    instrument,
    role,
    society,
    society_number,
    from_at: at(log, from, studio.timezone, 'from') ?? null,
    to_at: at(log, to, studio.timezone, 'to') ?? null
  }),
  { session_musicians_order: ['to', 'session-report.errors.order'] }
)

/** What was used up, and what others were paid. */
export const costs = rowsOf('cost', 'session_costs', costFields, input => ({
  kind: input.kind,
  label: input.label,
  quantity: input.quantity,
  unit_cents: input.unit_cents,
  vat_rate: input.vat_rate,
  billable: input.billable
}))

/** The next take of a title, now. */
export const addTakeAction = action({
  name: 'session-report.add_take',
  permission,
  input: TakeForm,
  about,
  async run(running, { session_id, title_id, verdict }) {
    await openLog(running, session_id)
    const id = await addTake(running.db, { session_id, title_id }, { verdict, added_by: running.person.id })
    if (id === undefined) throw notFound()
    running.tell('session-report.changed', { session_id })
    return { id }
  }
})

/** Without a number it keeps the one it has. */
export const changeTakeAction = action({
  name: 'session-report.change_take',
  permission,
  input: TakeChangeForm,
  constraints: { session_takes_number: ['number', 'session-report.errors.take_there'] },
  about,
  async run(running, { session_id, id, number, verdict, note }) {
    await openLog(running, session_id)
    const take = { verdict, note, ...(number !== null && { number }) }
    if (!(await changeTake(running.db, { session_id, id }, take))) throw notFound()
    running.tell('session-report.changed', { session_id })
    return { id }
  }
})

export const removeTakeAction = action({
  name: 'session-report.remove_take',
  permission,
  input: RowForm,
  about,
  async run(running, { session_id, id }) {
    await openLog(running, session_id)
    if (!(await removeTake(running.db, { session_id, id }))) throw notFound()
    running.tell('session-report.changed', { session_id })
    return { id }
  }
})

/** Remarks, the producer and what the recording is first meant for. */
export const writeNotes = action({
  name: 'session-report.write_notes',
  permission,
  input: NotesForm,
  about,
  async run(running, { session_id, ...fields }) {
    await openLog(running, session_id)
    await writeLog(running.db, session_id, fields)
    running.tell('session-report.changed', { session_id })
    return { session_id }
  }
})

/** The instant of a clock typed; undefined for none. */
function at(log: Log, clock: string | null, zone: string, field: string): Date | undefined {
  if (clock === null) return undefined
  const instant = instantIn(log, clock, zone)
  if (!instant) throw refuse({ [field]: 'fields.clock' })
  return instant
}
