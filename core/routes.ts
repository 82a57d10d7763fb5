import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Access } from './doors.ts'
import type { Plugin } from './plugin.ts'

/** One route as data: the access tests are made from these. */
export interface RouteInfo {
  method: string
  url: string
  access: Access
  plugin: string | undefined
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A file that is the same for everybody: no person is looked up, browsers may keep it. */
    file?: boolean
  }
}

/** Collects every route into `routes`; one without an access, or with a permission nobody declares, refuses to boot. */
export function checkRoutes(app: FastifyInstance, plugins: readonly Plugin[], routes: RouteInfo[]): void {
  const permissions = plugins.flatMap(plugin => Object.entries(plugin.permissions ?? {}))
  const declared = new Set(permissions.map(([name]) => name))
  const forVisitors = new Set(permissions.filter(([, roles]) => roles.includes('visitor')).map(([name]) => name))
  const made: RouteOptions[] = []
  app.addHook('onRoute', route => void made.push(route))
  // only now: what a door or a folder says of its routes is added after the hook above
  app.addHook('onReady', async () => {
    for (const { method, url, config } of made) {
      const access = config?.access
      const place = `${[method].flat().join(',')} ${url}`
      if (access === undefined) throw new Error(`${place} does not say who may use it: add allow('…')`)
      const inStudio = url.startsWith('/s/:studio') || (url.startsWith('/o/:studio') && url !== '/o/:studio')
      if (inStudio === (access === 'public' || access === 'person'))
        throw new Error(`${place}: "${access}" does not fit its door`)
      if (access.includes('.') && !declared.has(access))
        throw new Error(`${place}: no plugin declares the permission "${access}"`)
      if (url.startsWith('/o/:studio/') && !forVisitors.has(access))
        throw new Error(`${place}: the permission "${access}" does not name "visitor"`)
      for (const one of [method].flat()) routes.push({ method: one, url, access, plugin: config?.plugin })
    }
  })
}
