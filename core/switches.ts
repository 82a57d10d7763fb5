import type { Knex } from 'knex'
import type { z } from 'zod'
import type { Plugin } from './plugin.ts'

/** Which plugins a studio has on, and their settings with defaults filled in. */
export interface Switched {
  on: (plugin: string) => boolean
  settings: (plugin: string) => unknown
  /** The plugins that are on, in list order. */
  plugins: readonly Plugin[]
}

/** Reads a studio's switches once and keeps them 30 seconds, or until a hint says that they changed. At most 1,000 studios. */
export class Switches {
  readonly #plugins: readonly Plugin[]
  readonly #known = new Map<number, { switched: Switched; until: number }>()

  constructor(plugins: readonly Plugin[]) {
    this.#plugins = plugins
  }

  async of(studio: { id: number }, db: Knex): Promise<Switched> {
    const known = this.#known.get(studio.id)
    if (known && known.until > Date.now()) return known.switched
    const switched = await readSwitches(this.#plugins, db)
    if (this.#known.size >= 1000) this.#known.delete(this.#known.keys().next().value ?? 0)
    this.#known.set(studio.id, { switched, until: Date.now() + 30_000 })
    return switched
  }

  forget(studio?: number): void {
    if (studio === undefined) this.#known.clear()
    else this.#known.delete(studio)
  }
}

interface Row {
  id: string
  enabled: boolean
  settings: Record<string, unknown>
}

/** As they stand in the studio's database now. One that needs a plugin that is off is off too. */
export async function readSwitches(installed: readonly Plugin[], db: Knex): Promise<Switched> {
  const rows = new Map((await db<Row>('plugins').select('id', 'enabled', 'settings')).map(row => [row.id, row]))
  const on = new Set<string>()
  for (const { id, optional, requires = [] } of installed) {
    if ((!optional || rows.get(id)?.enabled !== false) && requires.every(needed => on.has(needed))) on.add(id)
  }
  const plugins = installed.filter(({ id }) => on.has(id))
  const settings = new Map(plugins.map(({ id, settings }) => [id, settingsOf(settings, rows.get(id)?.settings ?? {})]))
  return { on: id => on.has(id), settings: id => settings.get(id), plugins }
}

/** What was saved, where it still fits the schema; defaults elsewhere. A new version of a plugin never locks a studio out. */
function settingsOf(schema: z.ZodObject | undefined, saved: Record<string, unknown>): unknown {
  if (!schema) return {}
  const lenient = lenientOf(schema)
  const whole = lenient.safeParse(saved)
  if (whole.success) return whole.data
  const wrong = new Set(whole.error.issues.map(({ path }) => path[0]))
  const fitting = Object.entries(saved).filter(([field]) => !wrong.has(field))
  return lenient.parse(Object.fromEntries(fitting))
}

const lenients = new WeakMap<z.ZodObject, z.ZodObject>()

/** The schema without what it does not know. Made once: zod compiles each schema when it is first used. */
function lenientOf(schema: z.ZodObject): z.ZodObject {
  let lenient = lenients.get(schema)
  if (!lenient) lenients.set(schema, (lenient = schema.strip()))
  return lenient
}
