import type { FastifyRequest } from 'fastify'
import type { Host } from './host.ts'
import { icon } from './icons.ts'
import type { Role } from './plugin.ts'
import type { Person } from './people/sign-ins.ts'
import type { Words } from './views.ts'

/** Where a request keeps its words: on itself, so that they go with it. */
export const madeWords = Symbol('words')

/** What templates can say for this request; made once, when the first template asks. */
export function wordsOf(host: Host, request: FastifyRequest & { [madeWords]?: Words | undefined }): Words {
  const known = request[madeWords]
  // a failure before the door knows less than the page after it
  if (known && known.studio === (request.studio ?? undefined)) return known
  return (request[madeWords] = makeWords(host, request))
}

function makeWords(host: Host, request: FastifyRequest): Words {
  const { person, base } = request
  const studio = request.studio ?? undefined
  const path = request.url.split('?')[0] ?? ''
  const { t, fmt, locale } = host.voice(request)
  return {
    t,
    fmt,
    locale,
    icon,
    path,
    studio,
    base,
    asset: host.asset,
    can: request.can,
    theme: person?.theme ?? 'system',
    person: person && describe(person, studio && memberRole(request)),
    nav: studio && request.layout === 'staff' ? navOf(request, path, t) : [],
    bar: studio && request.layout === 'staff' ? barOf(request) : [],
    studios: (person?.memberships ?? []).map(({ slug, name }) => ({ slug, name, current: slug === studio?.slug })),
    on: plugin => studio !== undefined && request.switched.on(plugin),
    flash: flashOf(request, t)
  }
}

const describe = ({ id, name, email, email_confirmed }: Person, role: Role | undefined) => ({
  id,
  name,
  email,
  email_confirmed,
  role
})

/** What they are in this studio; nothing at its open pages. */
const memberRole = ({ actor }: FastifyRequest): Role | undefined => (actor.role === 'visitor' ? undefined : actor.role)

function barOf({ base, switched, can }: FastifyRequest): Words['bar'] {
  return switched.plugins.flatMap(({ id, bar = [] }) =>
    bar
      .filter(({ permission }) => can(permission))
      .map(({ path, facts }) => ({
        id: `bar-${id}${path.replaceAll('/', '-')}`,
        href: `${base}/${id}${path}`,
        trigger: ['load', ...[...facts, 'reconnected'].map(fact => `fact:${fact} from:body`)].join(', ')
      }))
  )
}

/** The rail: Today, then the entries of the plugins that are on, for which the person has the permission. */
function navOf(request: FastifyRequest, path: string, t: Words['t']): Words['nav'] {
  const { base } = request
  const entries = request.switched.plugins.flatMap(plugin =>
    (plugin.nav ?? [])
      .filter(item => request.can(item.permission))
      .map(item => ({
        order: item.order,
        href: `${plugin.id === 'studio' ? base : `${base}/${plugin.id}`}${item.path}`,
        label: t(`${plugin.id}.nav.${item.key}`),
        icon: item.icon
      }))
  )
  const all = [
    { order: 0, href: `${base}/`, label: t('studio.nav.today'), icon: 'sun' },
    ...entries.toSorted((a, b) => a.order - b.order)
  ]
  const here = all
    .filter(({ href }) => path === href || (href !== `${base}/` && path.startsWith(`${href}/`)))
    .toSorted((a, b) => b.href.length - a.href.length)[0]
  const [, own] = path.slice(base.length).split('/')
  const under = here ? undefined : request.switched.plugins.find(({ id }) => id === own)?.under
  const current = here?.href ?? `${base}/${under}`
  return all.map(({ href, label, icon }) => ({ href, label, icon, current: href === current }))
}

/** A sentence that waits for the next page: the cookie holds a key, never the words. */
function flashOf(request: FastifyRequest, t: Words['t']): Words['flash'] {
  const match = /^(good|bad):([a-z0-9_.-]{1,80})$/.exec(request.cookies?.['flash'] ?? '')
  if (!match) return undefined
  return { kind: match[1] as 'good' | 'bad', text: t(match[2] ?? '') }
}
