import { z } from 'zod'
import { action } from '../actions.ts'
import { notFound, refuse } from '../errors.ts'
import { choice, flag, form, read, text } from '../forms.ts'
import type { Host } from '../host.ts'
import type { Db, Plugin } from '../plugin.ts'
import { readSwitches } from '../switches.ts'
import { isZone } from '../time.ts'

/** Currencies with cents; amounts are kept in hundredths. */
export const currencies = ['EUR', 'CHF', 'GBP', 'USD', 'CAD', 'MAD', 'TND', 'DKK', 'NOK', 'SEK', 'PLN', 'CZK'] as const

export const StudioForm = form({
  name: text(120),
  locale: choice('fr', 'en'),
  timezone: text(60).refine(isZone, 'fields.choice'),
  currency: choice(...currencies)
})

/** The studio's name, language, time zone and currency: they belong to the registry. */
export const changeStudio = action({
  name: 'studio.change_studio',
  permission: 'studio.change_settings',
  input: StudioForm,
  scope: 'organization',
  about: () => ({}),
  async run({ db, studio, changed, hint }, studioForm) {
    await db('organizations').where({ id: studio.id }).update(studioForm)
    changed(studio, studioForm)
    hint({ kind: 'studio', studio: studio.id })
    return studioForm
  }
})

/** Turns an optional plugin on or off in this studio. Its data stays. */
export const switchPlugin = (hostOf: () => Host) =>
  action({
    name: 'studio.switch_plugin',
    permission: 'studio.change_settings',
    input: form({ plugin: text(60), enabled: flag() }),
    about: () => ({}),
    async run({ db, studio, changed, hint, t }, { plugin: id, enabled }) {
      const { plugins } = hostOf()
      const plugin = installed(plugins, id)
      if (!plugin.optional) throw refuse({ '': 'studio.errors.not_optional' })
      const { on } = await readSwitches(plugins, db)
      const inTheWay = enabled
        ? (plugin.requires ?? []).filter(needed => !on(needed))
        : plugins.filter(other => other.requires?.includes(id) && on(other.id)).map(other => other.id)
      if (inTheWay.length > 0) {
        const key = enabled ? 'studio.errors.needs' : 'studio.errors.needed_by'
        throw refuse({ '': { key, values: { plugins: inTheWay.map(one => t(`${one}.title`)).join(', ') } } })
      }
      await db('plugins').insert({ id, enabled }).onConflict('id').merge(['enabled'])
      changed({ enabled: on(id) }, { enabled })
      hint({ kind: 'studio', studio: studio.id })
      return { plugin: id, enabled }
    }
  })

/** A plugin's settings in this studio, checked by its own schema. */
export const changePluginSettings = (hostOf: () => Host) =>
  action({
    name: 'studio.change_plugin_settings',
    permission: 'studio.change_settings',
    input: form({ plugin: text(60), settings: z.record(z.string(), z.unknown()) }),
    about: () => ({}),
    async run({ db, studio, changed, hint }, { plugin: id, settings }) {
      const { plugins } = hostOf()
      const schema = installed(plugins, id).settings
      const { on, settings: before } = await readSwitches(plugins, db)
      if (!schema || !on(id)) throw notFound()
      const parsed = read(schema.strict(), settings, studio.timezone)
      if (!parsed.ok) throw refuse(parsed.errors)
      const row = { id, settings: JSON.stringify(parsed.value) }
      await db('plugins').insert(row).onConflict('id').merge(['settings'])
      changed(before(id) as object, parsed.value)
      hint({ kind: 'studio', studio: studio.id })
      return parsed.value
    }
  })

/** How each installed plugin stands in this studio, for the settings page: core's own is not among them. */
export async function listPlugins(plugins: readonly Plugin[], db: Db) {
  const { on } = await readSwitches(plugins, db)
  return plugins
    .filter(({ id }) => id !== 'studio')
    .map(({ id, optional = false, requires = [], settings }) => ({
      id,
      optional,
      requires,
      on: on(id),
      has_settings: settings !== undefined
    }))
}

function installed(plugins: readonly Plugin[], id: string): Plugin {
  const plugin = plugins.find(plugin => plugin.id === id)
  if (!plugin) throw notFound()
  return plugin
}
