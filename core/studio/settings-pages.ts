import type { FastifyInstance, FastifyRequest } from 'fastify'
import { allow } from '../doors.ts'
import { notFound } from '../errors.ts'
import type { Host } from '../host.ts'
import { settingFields, settingsBody } from './settings-fields.ts'
import { changePluginSettings, changeStudio, currencies, listPlugins, switchPlugin } from './settings.ts'

type Body = Record<string, unknown>

/** `/settings`: the studio itself, its plugins and their settings. */
export function settingsPages(app: FastifyInstance, host: Host): void {
  const hostOf = () => host
  const mayChange = allow('studio.change_settings')

  app.get('/settings', mayChange, async (request, reply) => {
    return reply.page('studio/settings', await settingsView(host, request, { values: request.studio, errors: {} }))
  })

  app.post('/settings', mayChange, async (request, reply) => {
    const outcome = await request.act(changeStudio)
    if (!outcome.ok) return reply.code(422).page('studio/settings', await settingsView(host, request, outcome))
    return reply.flash('studio.settings.saved').redirect(`${request.base}/settings`, 303)
  })

  app.post('/settings/plugins/:plugin/switch', mayChange, async (request, reply) => {
    const outcome = await request.act(switchPlugin(hostOf), { plugin: pluginOf(host, request).id })
    if (!outcome.ok) {
      const shown = { values: request.studio, errors: {}, refused: outcome.errors[''] }
      return reply.code(422).page('studio/settings', await settingsView(host, request, shown))
    }
    const { enabled } = outcome.value
    return reply.flash(`studio.settings.switched_${enabled ? 'on' : 'off'}`).redirect(`${request.base}/settings`, 303)
  })

  app.get('/settings/plugins/:plugin', mayChange, async (request, reply) => {
    const values = request.switched.settings(pluginOf(host, request).id) as Body
    return reply.page('studio/plugin-settings', await pluginView(host, request, { values, errors: {} }))
  })

  app.post('/settings/plugins/:plugin', mayChange, async (request, reply) => {
    const plugin = pluginOf(host, request)
    const settings = settingsBody(plugin, request.body as Body | null)
    request.body = { plugin: plugin.id, settings }
    const outcome = await request.act(changePluginSettings(hostOf))
    if (outcome.ok) return reply.flash('studio.settings.saved').redirect(`${request.base}/settings`, 303)
    const shown = await pluginView(host, request, { ...outcome, values: settings })
    return reply.code(422).page('studio/plugin-settings', shown)
  })
}

async function settingsView(
  host: Host,
  request: FastifyRequest,
  shown: { values: object; errors: object; refused?: string | undefined }
) {
  return {
    ...shown,
    title: request.words().t('studio.settings.title'),
    // the studio's own may be an older or newer name of one of them, and must not be lost by saving another field
    zones: [...new Set([request.studio.timezone, ...Intl.supportedValuesOf('timeZone'), 'UTC'])].toSorted(),
    currencies,
    plugins: await listPlugins(host.plugins, request.db)
  }
}

async function pluginView(host: Host, request: FastifyRequest, shown: { values: Body; errors: Body }) {
  const plugin = pluginOf(host, request)
  const { t } = request.words()
  const abilities = await request.ask('core.abilities', { plugin: plugin.id })
  const fields = settingFields(plugin, shown.values, t)
  return { ...shown, plugin: plugin.id, title: t(`${plugin.id}.title`), fields, abilities }
}

/** The plugin of the address: installed, and with settings when they are asked for. */
function pluginOf(host: Host, request: FastifyRequest) {
  const { plugin: id } = request.params as { plugin: string }
  const plugin = host.plugins.find(plugin => plugin.id === id && id !== 'studio')
  const switching = request.routeOptions.url?.endsWith('/switch')
  if (!plugin || (!switching && (!plugin.settings || !request.switched.on(id)))) throw notFound()
  return plugin
}
