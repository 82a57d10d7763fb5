import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import type { Plugin } from './plugin.ts'
import { assets } from './views.ts'

/** Libraries that pages load, each straight from its package. */
const libraries = {
  '/assets/htmx/': 'htmx.org/dist/htmx.min.js',
  '/assets/inter/': '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  '/assets/calendar/': '@event-calendar/build/dist/event-calendar.min.js'
}

/**
 * Files for browsers: ours at /static/, a plugin's at /static/<plugin>/, libraries at /assets/. `asset` adds a content
 * hash to an address, and what has one is kept for ever; without one, browsers ask again.
 */
export function serveStatic(root: string, plugins: readonly Plugin[]) {
  const require = createRequire(import.meta.url)
  const dirs = new Map([['/static/', join(root, 'static')]])
  for (const { id, dir } of plugins)
    if (existsSync(join(dir, 'static'))) dirs.set(`/static/${id}/`, join(dir, 'static'))
  for (const [prefix, file] of Object.entries(libraries)) dirs.set(prefix, dirname(require.resolve(file)))

  const serve = async (app: FastifyInstance) => {
    app.addHook('onRoute', route => {
      route.config = { ...route.config, access: 'public', file: true }
    })
    for (const [prefix, dir] of dirs) {
      await app.register(fastifyStatic, {
        root: dir,
        prefix,
        decorateReply: false,
        index: false,
        dotfiles: 'ignore',
        cacheControl: false,
        setHeaders(reply) {
          const { url } = (reply as unknown as { request: { url: string } }).request
          reply.header('cache-control', url.includes('?v=') ? 'public, max-age=31536000, immutable' : 'no-cache')
        }
      })
    }
  }
  return { asset: assets(dirs), dirs: serve }
}
