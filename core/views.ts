import fastifyView from '@fastify/view'
import { Eta, EtaFileResolutionError } from 'eta'
import type { FastifyInstance, FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Format } from './format.ts'
import { icon } from './icons.ts'
import type { Locale, Translate } from './i18n.ts'
import type { Role } from './plugin.ts'
import type { Studio } from './database/tenants.ts'

/** What every template can say without being told: `const { t, fmt, icon, … } = it.$`. */
export interface Words {
  t: Translate
  fmt: Format
  icon: typeof icon
  asset: (path: string) => string
  can: (permission: string) => boolean
  locale: Locale
  theme: 'system' | 'light' | 'dark'
  /** The address asked for, without its query. */
  path: string
  studio: Studio | undefined
  /** `/s/<slug>` in a studio. */
  base: string
  person: { id: number; name: string; email: string; email_confirmed: boolean; role: Role | undefined } | undefined
  nav: { href: string; label: string; icon: string; current: boolean }[]
  /** What stands above every page: where each asks for itself, and when. */
  bar: { id: string; href: string; trigger: string }[]
  studios: { slug: string; name: string; current: boolean }[]
  /** Is the plugin on in this studio? For the bell. */
  on: (plugin: string) => boolean
  flash: { kind: 'good' | 'bad'; text: string } | undefined
}

const header = `const { t, fmt, icon, asset, can, locale, path, studio, base, person } = it.$;`

/**
 * Templates of core (`layouts/…`, `parts/…`, `pages/…`) and of each plugin (`clients/list`), by one Eta instance.
 * `./row` is beside the including template. Rendering is synchronous: templates print, they never fetch.
 * Each is compiled when it is first shown, in about a millisecond: five hundred of them at the start took 5 MB.
 */
export class Views extends Eta {
  readonly #roots = new Map<string, string>()

  constructor() {
    super({ cache: true, autoTrim: [false, 'nl'], functionHeader: header })
    this.resolvePath = (name, options) => {
      const from = options?.filepath
      const full = name.startsWith('./') && from ? from.slice(0, from.lastIndexOf('/') + 1) + name.slice(2) : name
      return full.replace(/\.eta$/, '')
    }
    this.readFile = full => {
      const cut = full.indexOf('/')
      const root = this.#roots.get(full.slice(0, cut))
      const file = root && join(root, `${full.slice(cut + 1)}.eta`)
      if (!file || !file.startsWith(root + sep) || !existsSync(file))
        throw new EtaFileResolutionError(`there is no view "${full}"`)
      return readFileSync(file, 'utf8')
    }
  }

  /** `name/…` are the templates below `dir`. */
  mount(name: string, dir: string): void {
    if (this.#roots.has(name)) throw new Error(`two folders of views are called "${name}"`)
    this.#roots.set(name, dir)
  }
}

declare module 'fastify' {
  interface FastifyReply {
    /** A view in its door's layout; alone when htmx asks for a part. `data.title` is the page's title. */
    page: (view: string, data?: Record<string, unknown>) => FastifyReply
  }
  interface FastifyRequest {
    /** Which of views/layouts/ wraps this request's pages: its door decides. */
    layout: 'staff' | 'open' | 'plain'
    /** What templates can say; made on first use. */
    words: () => Words
  }
}

/** Registers @fastify/view over `views`, and `reply.page`. `root` is the folder of core's own views. */
export const viewsPlugin = fp(async (app: FastifyInstance, { views, root }: { views: Views; root: string }) => {
  app.decorateRequest('layout', 'plain')
  app.decorateReply('locals', {
    getter(this: FastifyReply) {
      return { $: this.request.words() }
    }
  })
  await app.register(fastifyView, {
    engine: { eta: views },
    root,
    production: true,
    options: { templatesSync: views.templatesSync }
  })
  // As bytes, which lie outside of the heap: a text of this size is copied about by its collector until it is sent.
  const desk = Buffer.allocUnsafe(512 * 1024)
  app.addHook('onSend', (_request, _reply, payload, done) => {
    done(null, typeof payload === 'string' && payload.length > 4096 ? bytesOf(payload, desk) : payload)
  })
  app.decorateReply('page', function page(this: FastifyReply, view, data) {
    this.header('vary', 'HX-Request-Type')
    if (this.request.headers['hx-request-type'] === 'partial') return this.view(view, data)
    return this.view(`layouts/${this.request.layout}`, { title: '', ...data, view })
  })
})

/** Written where there is room for any, then copied: to be counted first costs a text as much as to be written. */
function bytesOf(text: string, desk: Buffer): Buffer {
  return text.length * 3 > desk.length ? Buffer.from(text) : Buffer.from(desk.subarray(0, desk.write(text)))
}

/** Adds a content hash to the address of a file we serve, or of one that is `made`, so that browsers keep it for ever. */
export function assets(
  dirs: ReadonlyMap<string, string>,
  made: ReadonlyMap<string, Buffer> = new Map()
): (path: string) => string {
  const known = new Map<string, string>()
  return path => {
    let hashed = known.get(path)
    if (hashed !== undefined) return hashed
    const prefix = [...dirs.keys()].filter(prefix => path.startsWith(prefix)).toSorted((a, b) => b.length - a.length)[0]
    const file = prefix === undefined ? undefined : join(dirs.get(prefix) ?? '', path.slice(prefix.length))
    const content = made.get(path) ?? (file && existsSync(file) ? readFileSync(file) : undefined)
    if (!content) throw new Error(`there is no file for ${path}`)
    hashed = `${path}?v=${createHash('sha256').update(content).digest('base64url').slice(0, 10)}`
    known.set(path, hashed)
    return hashed
  }
}
