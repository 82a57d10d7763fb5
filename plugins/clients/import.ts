import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { ConfirmImportForm, UploadForm } from './forms.ts'
import { readLines } from './import-preview.ts'
import type { ImportLine } from './import-preview.ts'
import { addNotes, findTwins, storeImport, takeImport } from './import-queries.ts'
import type { StoredImport, Twin } from './import-queries.ts'
import { addClients } from './queries.ts'
import { fold } from './words.ts'

/** Reads a CSV or vCard file and keeps it for a day; nothing is imported yet. The result is its id. */
export const readImport = action({
  name: 'clients.read_import',
  permission: 'clients.import',
  input: UploadForm,
  secret: ['content'],
  about: () => ({}),
  async run({ db, person }, { content }) {
    // only here: few processes ever read a file, and what it takes to is loaded with it
    const { readSheet } = await import('./import-files.ts')
    const sheet = readSheet(content)
    if ('wrong' in sheet) throw refuse({ content: sheet.wrong })
    return storeImport(db, person.id, sheet)
  }
})

/**
 * Imports a file that was read: all of its lines or none. Lines with errors stop it unless they are to be left out; so
 * are, when asked, those that are here already. The result is the ids of the new clients.
 */
export const confirmImport = action({
  name: 'clients.import',
  permission: 'clients.import',
  input: ConfirmImportForm,
  about: (ids: number[]) => ({ client: ids.slice(0, 500) }),
  async run(running, { id, columns, leave_errors, leave_twins }) {
    const { db, person, studio, tell } = running
    const stored = await takeImport(db, id, person.id)
    if (!stored) throw notFound('clients.imports.errors.gone')
    const lines = await preview(running, { ...stored, columns: { ...stored.columns, meanings: columns } })
    const chosen = chosenOf(lines, leave_errors, leave_twins)
    const ids = await addClients(
      db,
      chosen.map(({ client }) => client)
    )
    const noted_on = time.today(studio.timezone)
    const notes = chosen.flatMap(({ note }, at) =>
      note ? [{ client_id: ids[at] ?? 0, author_id: person.id, noted_on, body: note }] : []
    )
    await addNotes(db, notes)
    for (const client_id of ids.slice(0, 50)) tell('clients.added', { client_id })
    return ids
  }
})

/** A line of the preview: with the client that is here already, or the line of the same file that says the same. */
export interface PreviewLine extends ImportLine {
  twin?: Twin | undefined
  twinLine?: number | undefined
}

/** Every line of a stored file as it would be imported. Statements: 1. */
export async function preview(
  { db, studio }: Pick<Running, 'db' | 'studio'>,
  { format, columns, rows }: StoredImport
): Promise<PreviewLine[]> {
  const lines = readLines(rows, columns.meanings, format === 'csv' ? 2 : 1, studio.timezone)
  const good = lines.filter(({ client }) => client !== undefined)
  const twins = await findTwins(
    db,
    good.flatMap(({ client }) => client ?? [])
  )
  const seen = new Map<string, number>()
  const byLine = new Map(good.map((line, at) => [line.line, twins[at]]))
  return lines.map(line => ({ ...line, twin: byLine.get(line.line), twinLine: seenBefore(line, seen) }))
}

/** The earlier line of the file with the same mail, phone or name. */
function seenBefore({ client, line }: ImportLine, seen: Map<string, number>): number | undefined {
  if (!client) return undefined
  const marks = [client.email, client.phone, fold(client.name)].filter(mark => mark !== null)
  const before = marks.map(mark => seen.get(mark)).find(line => line !== undefined)
  for (const mark of marks) if (!seen.has(mark)) seen.set(mark, line)
  return before
}

type Chosen = PreviewLine & { client: NonNullable<ImportLine['client']> }

function chosenOf(lines: PreviewLine[], leaveErrors: boolean, leaveTwins: boolean): Chosen[] {
  const wrong = lines.filter(({ errors }) => errors !== undefined)
  if (wrong.length > 0 && !leaveErrors) {
    throw refuse({ '': { key: 'clients.imports.errors.lines', values: { n: wrong.length } } })
  }
  const chosen = lines
    .filter((line): line is Chosen => line.client !== undefined)
    .filter(({ twin, twinLine }) => !leaveTwins || (twin === undefined && twinLine === undefined))
  if (chosen.length === 0) throw refuse({ '': 'clients.imports.errors.nothing_left' })
  return chosen
}
