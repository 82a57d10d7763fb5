import type { FastifyRequest } from 'fastify'

/** Fields of rows as a form names them, `days-0-starts`; the API sends the array itself. */
const named = /^(days|choices)-(\d{1,3})-([a-z_]+)$/

type Row = Record<string, unknown>

/** Puts the rows of a form together before it is read. A row of days without a day was never filled in. */
export async function rowsTogether(request: FastifyRequest): Promise<void> {
  if (typeof request.body === 'object' && request.body !== null && !Array.isArray(request.body))
    request.body = together(request.body as Row)
}

export function together(flat: Row): Row {
  const rows: Record<string, Row[]> = {}
  const rest: Row = {}
  for (const [name, value] of Object.entries(flat)) {
    const [, list, index, field] = named.exec(name) ?? []
    if (list === undefined || field === undefined) rest[name] = value
    else ((rows[list] ??= [])[Number(index)] ??= {})[field] = value
  }
  for (const [list, found] of Object.entries(rows)) {
    const filled = found.filter(row => row !== undefined && (list !== 'days' || isFilled(row)))
    rest[list] = filled
  }
  return rest
}

const isFilled = ({ day, starts }: Row) => [day, starts].some(value => typeof value === 'string' && value.trim() !== '')

/**
 * Errors under the names that the form's fields have: `days.0.starts` is `days-0-starts`. What is wrong with every date of
 * a series alike is said once, by its field; what is in the way of single ones stands in their table.
 */
export function byField(errors: Record<string, string>): Record<string, string> {
  const named: Record<string, string> = {}
  for (const [path, sentence] of Object.entries(errors)) named[fieldOf(path)] ??= sentence
  const { dates, ...rest } = named
  return dates === undefined || '' in rest ? rest : { '': dates, ...rest }
}

function fieldOf(path: string): string {
  if (/^days\.\d/.test(path)) return path.replaceAll('.', '-')
  if (path.startsWith('exceptions.')) return 'exceptions'
  if (!path.startsWith('dates.')) return path
  return /\.(price_note|price_cents|ends|duration|gear)$/.exec(path)?.[1] ?? 'dates'
}

/** Was there a field that no form has? That is refused; the rest of what is wrong is said while it is filled in. */
export function unknownIn(errors: Record<string, string>, request: FastifyRequest): boolean {
  const unknown = request.words().t('fields.unknown')
  return Object.values(errors).includes(unknown)
}
