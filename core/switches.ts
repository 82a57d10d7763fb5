import type { Knex } from 'knex'
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
    const rows = await db<{ id: string; enabled: boolean; settings: object }>('plugins').select(
      'id',
      'enabled',
      'settings'
    )
    const switched = this.#read(rows)
    if (this.#known.size >= 1000) this.#known.delete(this.#known.keys().next().value ?? 0)
    this.#known.set(studio.id, { switched, until: Date.now() + 30_000 })
    return switched
  }

  forget(studio?: number): void {
    if (studio === undefined) this.#known.clear()
    else this.#known.delete(studio)
  }

  #read(rows: { id: string; enabled: boolean; settings: object }[]): Switched {
    const byId = new Map(rows.map(row => [row.id, row]))
    const plugins = this.#plugins.filter(plugin => !plugin.optional || byId.get(plugin.id)?.enabled !== false)
    const ids = new Set(plugins.map(plugin => plugin.id))
    const settings = new Map(
      plugins.map(plugin => [
        plugin.id,
        plugin.settings ? plugin.settings.parse(byId.get(plugin.id)?.settings ?? {}) : {}
      ])
    )
    return { on: id => ids.has(id), settings: id => settings.get(id), plugins }
  }
}
