import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from './errors.ts'

const sources = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' data:`,
  `font-src 'self'`,
  `media-src 'self'`,
  `connect-src 'self'`,
  `manifest-src 'self'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
  `base-uri 'none'`
]

/** As helmet would, but written once: it makes them anew for every answer. */
const policy = {
  'content-security-policy': sources.join(';'),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  // no-referrer would make Chromium send `Origin: null` with our own forms
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0'
}

/**
 * What every answer carries and every request must pass, whatever its route: the policy for browsers, the origin of
 * writes, the rate of one address.
 */
export async function guards(
  app: FastifyInstance,
  { origin, perMinute }: { origin: string; perMinute: number }
): Promise<void> {
  const secure = origin.startsWith('https:') ? { 'strict-transport-security': 'max-age=63072000' } : {}
  const headers = { ...policy, ...secure }
  app.addHook('onRequest', async (_request, reply) => void reply.headers(headers))
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    // a browser that is gone already has no address any more
    keyGenerator: request => networkOf((request.ip as string | undefined) ?? ''),
    errorResponseBuilder: (_request, { ttl }) => new Failure(429, 'too_many', { seconds: Math.ceil(ttl / 1000) })
  })
  app.addHook('onRequest', async request => {
    if (!allowedOrigin(request, origin)) throw new Failure(403, 'origin')
  })
}

/**
 * A write, or the opening of a socket, must come from our own pages: `Sec-Fetch-Site: same-origin`, or an `Origin` that
 * is ours. A token in a header is no cookie: no browser sends it by itself. A sibling sub-domain is not us.
 */
function allowedOrigin(request: FastifyRequest, own: string): boolean {
  const { headers, method, routeOptions } = request
  const upgrade = headers.upgrade !== undefined
  if (!upgrade && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')) return true
  if (routeOptions.config.foreign || (request.via === 'api' && headers.authorization)) return true
  if (headers.origin !== undefined)
    return headers.origin === own || (URL.canParse(headers.origin) && sameLocal(headers.origin, request, own))
  return headers['sec-fetch-site'] === 'same-origin'
}

/** Without a PUBLIC_URL the product answers on whatever loopback name it was called by: localhost, 127.0.0.1, [::1]. */
function sameLocal(origin: string, request: FastifyRequest, own: string): boolean {
  const { host, hostname } = new URL(origin)
  return loopback.has(new URL(own).hostname) && loopback.has(hostname) && host === request.host
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** An IPv4 address, or the /64 that an IPv6 one is in: what one visitor can easily choose from counts as one. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)
  if (mapped) return mapped[1] ?? ip
  const [head = '', tail] = ip.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) while (groups.length < 8 - (tail === '' ? 0 : tail.split(':').length)) groups.push('0')
  return `${[...groups, ...(tail ? tail.split(':') : [])].slice(0, 4).join(':')}::/64`
}
