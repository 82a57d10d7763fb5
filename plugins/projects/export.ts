import { rowsAfresh } from '@patchbay/core'
import { csvLines } from '@patchbay/core/csv'
import type { Translate } from '@patchbay/core/i18n'
import type { FastifyRequest } from 'fastify'
import { today } from './actions.ts'
import type { ProjectFields } from './queries.ts'
import { ProjectsQuery } from './forms.ts'
import { filtersOf } from './list-queries.ts'

type Exported = Omit<ProjectFields, 'notes' | 'isrc_root_id' | 'p_line' | 'c_line' | 'client_id'> & {
  status: string
  client_name: string | null
  tracks: number
  team: string | null
}

const columns = [
  'title',
  'artist',
  'client_id',
  'kind',
  'status',
  'label',
  'catalogue_number',
  'upc',
  'starts_on',
  'due_on',
  'released_on',
  'tracks',
  'team',
  'rounds_included'
] as const

/** The projects that a list with this address shows; at most 20,000. */
export function exportedProjects(request: FastifyRequest): Promise<Exported[]> {
  const read = ProjectsQuery.safeParse(request.query)
  const about = { today: today(request), person_id: request.actor.id }
  const { sql, bindings } = filtersOf(read.success ? read.data : ProjectsQuery.parse({}), about)
  return rowsAfresh(
    request.db,
    `select p.title, p.artist, coalesce(c.artist_name, c.name) as client_name, p.kind, p.status, p.label, p.catalogue_number,
       p.upc, p.starts_on, p.due_on, p.released_on, p.rounds_included, p.budget_cents, p.budget_minutes,
       (select count(*)::integer from tracks k where k.project_id = p.id and k.status <> 'dropped') as tracks,
       (select string_agg(distinct o.name, ', ') from project_people t join people o on o.id = t.person_id
        where t.project_id = p.id) as team
     from projects p left join clients c on c.id = p.client_id where ${sql}
     order by p.due_on nulls last, p.id limit 20000`,
    bindings
  )
}

/** As spreadsheets in France open it; the budget only for those who may see it. */
export function projectsCsv(rows: readonly Exported[], { t }: { t: Translate }, budget: boolean): string {
  const names = [...columns, ...(budget ? (['budget_cents', 'budget_minutes'] as const) : [])]
  const heads = names.map(name => t(`projects.fields.${name}`))
  return csvLines([heads, ...rows.map(row => [...cells(row, t), ...(budget ? budgetCells(row) : [])])])
}

function cells(row: Exported, t: Translate): string[] {
  return [
    row.title,
    row.artist ?? '',
    row.client_name ?? '',
    t(`projects.kinds.${row.kind}`),
    t(`projects.project_states.${row.status}`),
    row.label ?? '',
    row.catalogue_number ?? '',
    row.upc ?? '',
    row.starts_on ?? '',
    row.due_on ?? '',
    row.released_on ?? '',
    String(row.tracks),
    row.team ?? '',
    String(row.rounds_included)
  ]
}

const budgetCells = ({ budget_cents, budget_minutes }: Exported): string[] => [
  budget_cents === null ? '' : (budget_cents / 100).toFixed(2).replace('.', ','),
  budget_minutes === null ? '' : (budget_minutes / 60).toFixed(2).replace('.', ',')
]
