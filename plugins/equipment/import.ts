import { action, form, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { readCsvLines } from '@patchbay/core/csv'
import type { FieldError } from '@patchbay/core/errors'
import { read } from '@patchbay/core/forms'
import type { z } from 'zod'
import { ConfirmImportForm, UploadForm, piece } from './forms.ts'
import { addImported, findTwins, storeImport, takeImport } from './import-queries.ts'
import type { StoredImport } from './import-queries.ts'
import { listRooms } from './queries.ts'
import { exported } from './export.ts'
import { meant, namesOfColumn, wordOf } from './import-words.ts'

const mostLines = 5000
const LineForm = form(piece)
type Column = (typeof exported)[number]

/** One line of a file as the piece it would become, or what is wrong with it, by field. */
export interface ImportLine {
  /** As the file's own program counts: heads are line 1. */
  line: number
  typed: Partial<Record<Column, string>>
  fields?: z.output<typeof LineForm>
  errors?: Record<string, FieldError>
  /** The piece with the same code or serial number that is here already, or the earlier line that says the same. */
  twin?: { id: number; label: string } | undefined
  twin_line?: number | undefined
}

/** Reads a CSV file and keeps it for a day; nothing is imported yet. The result is its id. */
export const readImport = action({
  name: 'equipment.read_import',
  permission: 'equipment.import',
  input: UploadForm,
  secret: ['content'],
  about: () => ({}),
  async run({ db, person }, { content }) {
    const [heads = [], ...rows] = readCsvLines(content) ?? []
    if (rows.length === 0) throw refuse({ content: 'equipment.errors.no_rows' })
    if (rows.length > mostLines)
      throw refuse({ content: { key: 'equipment.errors.too_many_rows', values: { n: mostLines } } })
    const columns = heads.map(columnOf)
    if (!columns.includes('model')) throw refuse({ content: 'equipment.errors.no_model' })
    return storeImport(db, person.id, columns, rows)
  }
})

/**
 * Imports a file that was read: all of its lines or none. Lines with errors stop it unless they are to be left out; so are,
 * when asked, those that are here already. The result is the ids of the new pieces.
 */
export const confirmImport = action({
  name: 'equipment.import',
  permission: 'equipment.import',
  input: ConfirmImportForm,
  async run(running, { id, leave_errors, leave_twins }) {
    const { db, person, tell } = running
    const stored = await takeImport(db, id, person.id)
    if (!stored) throw notFound('equipment.errors.import_gone')
    const lines = await preview(running, stored)
    const n = lines.filter(({ errors }) => errors).length
    if (n > 0 && !leave_errors) throw refuse({ '': { key: 'equipment.errors.lines', values: { n } } })
    const chosen = lines.filter(line => line.fields && !(leave_twins && (line.twin || line.twin_line)))
    if (chosen.length === 0) throw refuse({ '': 'equipment.errors.nothing_left' })
    const money = running.can('equipment.values')
    const ids = await addImported(
      db,
      chosen.flatMap(({ fields }) =>
        fields ? [{ ...fields, ...(!money && { purchase_cents: null, value_cents: null }), photo_id: null }] : []
      )
    )
    for (const equipment_id of ids.slice(0, 50)) tell('equipment.added', { equipment_id })
    return ids
  },
  about: (ids: number[]) => ({ equipment: ids.slice(0, 500) })
})

/** Every line of a stored file as it would be imported. Statements: 2. */
export async function preview(
  { db, studio }: Pick<Running, 'db' | 'studio'>,
  { heads, rows }: Pick<StoredImport, 'heads' | 'rows'>
): Promise<ImportLine[]> {
  const rooms = new Map((await listRooms(db)).map(({ id, name }) => [wordOf(name), id]))
  const lines = rows.map((row, index) => lineOf(heads, row, index + 2, rooms, studio.timezone))
  const twins = await findTwins(
    db,
    lines.map(({ typed }) => ({ code: typed.code ?? null, serial: typed.serial ?? null }))
  )
  const seen = new Map<string, number>()
  return lines.map((line, at) => ({ ...line, twin: twins[at], twin_line: seenBefore(line, seen) }))
}

/** The earlier line of the file with the same serial number. */
function seenBefore({ typed, line }: ImportLine, seen: Map<string, number>): number | undefined {
  if (!typed.serial) return undefined
  const mark = wordOf(`${typed.brand ?? ''} ${typed.model ?? ''} ${typed.serial}`)
  const before = seen.get(mark)
  if (before === undefined) seen.set(mark, line)
  return before
}

function lineOf(
  heads: readonly (Column | null)[],
  row: readonly string[],
  line: number,
  rooms: ReadonlyMap<string, number>,
  timezone: string
): ImportLine {
  const typed: ImportLine['typed'] = {}
  heads.forEach((column, at) => {
    if (column && row[at]) typed[column] = row[at]
  })
  const { code: _code, room_id: room, category, state, ...rest } = typed
  const room_id = room ? rooms.get(wordOf(room)) : undefined
  const input = {
    quantity: '1',
    ...rest,
    category: meant('categories', category ?? 'other'),
    state: meant('states', state ?? 'good'),
    ...(room_id && { room_id })
  }
  const found = read(LineForm, input, timezone)
  const unknown: Record<string, FieldError> =
    room && !room_id ? { room_id: { key: 'equipment.errors.no_room', values: { room } } } : {}
  if (!found.ok) return { line, typed, errors: { ...found.errors, ...unknown } }
  return Object.keys(unknown).length > 0 ? { line, typed, errors: unknown } : { line, typed, fields: found.value }
}

/** Which column a head means: its name in either language, or the field's own. */
function columnOf(head: string): Column | null {
  const word = wordOf(head)
  return exported.find(column => namesOfColumn(column).includes(word)) ?? null
}
