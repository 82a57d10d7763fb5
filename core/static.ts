import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Plugin } from './plugin.ts'
import { assets } from './views.ts'

/** Libraries that pages load, each straight from its package. */
const libraries = {
  '/assets/htmx/': 'htmx.org/dist/htmx.min.js',
  '/assets/inter/': '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2',
  '/assets/calendar/': '@event-calendar/build/dist/event-calendar.min.js',
  '/assets/tus/': 'tus-js-client/dist/tus.min.js',
  '/assets/signature/': 'signature_pad' // its main file is in dist/, as is the module that pages load
}

/** The design system's sheets, in their order: sent as one, six would weigh a third more and be asked for one by one. */
const sheets = ['tokens', 'controls', 'overlays', 'lists', 'cards', 'frame']

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

  const sheet = Buffer.concat(sheets.map(name => readFileSync(join(root, 'static/css', `${name}.css`))))
  const asset = assets(dirs, new Map([['/static/app.css', sheet]]))
  const small = shrinker(asset)

  const serve = async (app: FastifyInstance) => {
    app.addHook('onRoute', route => {
      route.config = { ...route.config, access: 'public', file: true }
      Object.assign(route, { compress: false }) // below, once and better
    })
    app.addHook('onSend', async (request, reply, payload) => {
      for (const name of forPages) reply.removeHeader(name)
      return small(request, reply, payload)
    })
    app.get('/static/app.css', async (request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', keeping(request.url)).send(sheet)
    )
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
          reply.header('cache-control', keeping(url))
        }
      })
    }
  }
  return { asset, dirs: serve }
}

const keeping = (url: string) => (url.includes('?v=') ? 'public, max-age=31536000, immutable' : 'no-cache')

/** What says something about pages only: on twenty files of a first visit it would weigh ten kilobytes. */
const forPages = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'origin-agent-cluster',
  'referrer-policy',
  'x-frame-options',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset'
]

const compress = promisify(brotliCompress)

/** Compresses as well as brotli can, once: kept for files under the address with their content's hash, so never stale. */
function shrinker(asset: (path: string) => string) {
  const kept = new Map<string, Promise<Buffer>>()
  return async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    const { url, headers } = request
    const type = String(reply.getHeader('content-type') ?? '')
    const worthIt = reply.statusCode === 200 && request.method === 'GET' && /^(text|application|image\/svg)/.test(type)
    if (!worthIt || !/\bbr\b/.test(String(headers['accept-encoding'])) || asset(url.split('?')[0] ?? '') !== url)
      return payload
    let small = kept.get(url)
    if (!small) {
      const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
      const read = Buffer.isBuffer(payload) ? Promise.resolve(payload) : buffer(payload as NodeJS.ReadableStream)
      kept.set(url, (small = read.then(whole => compress(whole, { params }))))
      small.catch(() => kept.delete(url)) // whoever asked gets the error, the next one tries again
    } else if (payload instanceof Readable) payload.destroy()
    const sent = await small
    reply.header('content-encoding', 'br').header('content-length', sent.length).header('vary', 'accept-encoding')
    return sent
  }
}
