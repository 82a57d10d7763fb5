import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import type { Knex } from 'knex'
import type { Folder } from '../../core/folder.ts'
import type { Role, Visitor } from '../../core/plugin.ts'
import { plugins } from '../../plugins/index.ts'
import type { Records } from './records.ts'

/**
 * What a plugin says of its own routes, in `test/access.ts` and `test/access-*.ts` of its folder, as `export const access`.
 * Taking the plugin out takes its lines with it.
 */
export interface DeclaredAccess {
  /** Who may beside the owner. */
  permissions?: Record<string, (Role | Visitor)[]>
  /** Lines `METHOD /path permission kind` below `/s/:studio`, as in table.ts. */
  staff?: string
  /** The same below `/o/:studio`. */
  open?: string
  /** Which records an address names, by its beginning with the door: `'/s/:studio/equipment/:id'`. The longest that fits. */
  params?: Record<string, (making: Making, url: string) => Promise<Record<string, string | number>>>
  /** What people would send to an address, without `/s/:studio`; an open one with `/o/:studio`. */
  bodies?: Record<string, Body | ((making: Making) => Promise<Body>)>
  /** Addresses that are mere buttons: refused, they lead back to their page. Written as in `bodies`. */
  buttons?: readonly string[]
}

export type Body = Record<string, string | number>

/** With what records are made: plain SQL in the studio's database, the records there are, a word that nobody had yet. */
export interface Making {
  db: Knex
  /** The studio's folder of files. */
  folder: Folder
  /** users.id of whoever asks. */
  person: number
  records: Records
  next: () => string
}

const files = plugins.flatMap(({ dir }) => {
  const folder = join(dir, 'test')
  return existsSync(folder) ? globSync('access{,-*}.ts', { cwd: folder }).map(file => join(folder, file)) : []
})

export const declared: DeclaredAccess[] = await Promise.all(
  files.toSorted().map(async file => ((await import(file)) as { access: DeclaredAccess }).access)
)
