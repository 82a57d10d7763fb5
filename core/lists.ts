import type { z } from 'zod'
import type { Actor, Ask, Db } from './plugin.ts'

/** One page of a list. `next` and `previous` are opaque cursors, absent at the ends; `count` is of the whole list. */
export interface Page<Row> {
  rows: Row[]
  next?: string | undefined
  previous?: string | undefined
  count?: number | undefined
}

/**
 * Lines of a page: one and a half of what a screen shows. More is read, drawn and sent each time only to be scrolled past;
 * whoever looks for something asks for it.
 */
export const pageSize = 30

/** For whom a list is read, and the zone its days are in. */
export interface Reading {
  timezone: string
  person: Actor
  /** On the same connection as the list is read on. */
  ask: Ask
}

export interface ListDefinition<Query extends z.ZodType, Row> {
  /** `clients.list`: read at `GET /s/:studio/api/clients/list`. */
  name: string
  permission: string
  /** The filters, as they are in a page's URL. Unknown or wrong ones are refused by the API and ignored by pages. */
  query: Query
  run: (db: Db, query: z.output<Query>, about: Reading) => Promise<Page<Row>>
}

export interface List<Row = unknown> {
  name: string
  permission: string
  query: z.ZodType
  run: (db: Db, query: unknown, about: Reading) => Promise<Page<Row>>
}

/** Declares a readable list once, for its page and for the API. */
export function list<Query extends z.ZodType, Row>(
  definition: ListDefinition<Query, Row>
): ListDefinition<Query, Row> & List<Row> {
  return definition as ListDefinition<Query, Row> & List<Row>
}

/** A keyset cursor: the sort values and id of the last row seen. */
export const cursor = {
  write: (...values: (string | number)[]): string => Buffer.from(JSON.stringify(values)).toString('base64url'),
  /** Undefined for anything that was not written by `write` with as many values. */
  read(text: string | undefined, length: number): (string | number)[] | undefined {
    if (!text) return undefined
    try {
      const values: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
      const fits = Array.isArray(values) && values.length === length
      return fits && values.every(v => typeof v === 'string' || Number.isFinite(v)) ? values : undefined
    } catch {
      return undefined
    }
  }
}
