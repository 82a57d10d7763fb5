import type { Db } from '@patchbay/core'
import { rowsAfresh } from '@patchbay/core/database/reading'
import { categories } from './contract.ts'
import { filtersOf } from './list-queries.ts'
import type { Filters } from './list-queries.ts'
import type { Equipment } from './queries.ts'

/** A piece with everything that files and reports say of it. */
export type Valued = Equipment & { room_name: string | null }

/** All pieces that the filters of a list leave, by category as studios list them, and by name; at most 20,000. */
export function listValued(db: Db, query: Filters): Promise<Valued[]> {
  const { sql, bindings } = filtersOf(query)
  return rowsAfresh(
    db,
    `select e.*, r.name as room_name from equipment e left join rooms r on r.id = e.room_id where ${sql}
     order by array_position(?::text[], e.category), e.label collate "fr-x-icu", e.id limit 20000`,
    [...bindings, categories]
  )
}

/** Sums of a report: pieces, units and what they are worth. */
export interface Total {
  key: string
  pieces: number
  units: number
  /** Cents; pieces without a value count nothing. */
  value: number
  /** Pieces of which nobody said what they are worth. */
  unknown: number
}

/** Sums by what `keyOf` says, in the order in which it first says it. */
export function totals(pieces: readonly Valued[], keyOf: (piece: Valued) => string): Total[] {
  return [...Map.groupBy(pieces, keyOf)].map(([key, group]) => ({
    key,
    pieces: group.length,
    units: group.reduce((sum, { quantity }) => sum + quantity, 0),
    value: group.reduce((sum, { value_cents, quantity }) => sum + (value_cents ?? 0) * quantity, 0),
    unknown: group.filter(({ value_cents }) => value_cents === null).length
  }))
}
