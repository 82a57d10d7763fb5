import { Resolver } from 'node:dns/promises'
import type { IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import { isIPv6 } from 'node:net'
import { pipeline } from 'node:stream'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import ipaddr from 'ipaddr.js'
import { lazily } from './lazily.ts'

/** As a module, `node:http` brings the client of `fetch` with it: 5 MB, which nothing here needs. */
const http = lazily<typeof import('node:http')>('node:http', import.meta.url)
const https = lazily<typeof import('node:https')>('node:https', import.meta.url)

/** Why an address that somebody gave was not fetched. Each is a sentence of whoever asks: `feeds.problems.not_public`. */
export type FetchProblem =
  /** No address at all, another scheme than http and https, another port than 80 and 443, a name and password in it. */
  | 'address'
  /** Nobody of that name. */
  | 'unknown_host'
  /** A machine of ours or of a local network. */
  | 'not_public'
  /** Led on more than three times, or from https to http. */
  | 'redirects'
  /** Not whole in time. */
  | 'too_slow'
  /** More bytes than wanted, once unpacked. */
  | 'too_large'
  /** Packed in a way nobody asked for, or broken. */
  | 'encoding'
  | 'certificate'
  /** No connection, or it broke off. */
  | 'unreachable'

export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
  readonly problem: FetchProblem

  constructor(problem: FetchProblem, options?: ErrorOptions) {
    super(problem, options)
    this.problem = problem
  }
}

export interface Fetched {
  status: number
  headers: IncomingHttpHeaders
  /** Unpacked; empty for any status but those from 200 to 299. */
  body: Buffer
}

/** Where names lead, and where one may go. The tests have a world of their own. */
export interface World {
  resolve: (host: string) => Promise<string[]>
  allows: (address: string) => boolean
  ports: (port: number) => boolean
}

export interface FetchOptions {
  /** Of the unpacked body. */
  maxBytes: number
  /** For all of it: names, connections, redirects, the body. */
  timeoutMs?: number
  headers?: Record<string, string>
  /** `GET` when absent. What is sent is never sent on elsewhere: a redirect is a problem then. */
  method?: 'GET' | 'POST'
  body?: Buffer
  world?: World
}

const mostRedirects = 3

/**
 * Fetches an address that a person gave, for which nobody vouches: only from public machines, and only from the machine
 * that was looked at, whatever its name leads to a moment later. Every redirect is looked at as the first address was.
 * @throws FetchFailure
 */
export async function safeFetch(address: string, options: FetchOptions): Promise<Fetched> {
  const { world = internet, timeoutMs = 7000 } = options
  const signal = AbortSignal.timeout(timeoutMs)
  let url = vettedUrl(address, undefined, world)
  for (let led = 0; led <= mostRedirects; led++) {
    const answer = await fetchOnce(url, options, world, signal)
    const to = [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers.location : undefined
    if (to === undefined) return answer
    if (options.method === 'POST') throw new FetchFailure('redirects')
    const next = vettedUrl(to, url, world)
    if (url.protocol === 'https:' && next.protocol === 'http:') throw new FetchFailure('redirects')
    url = next
  }
  throw new FetchFailure('redirects')
}

/**
 * Is it an address of the public internet? Not one of this machine, a local network, a provider's inner network, a
 * multicast, documentation or transition prefix; an IPv4 address written as IPv6 is looked at as what it is.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const ip = ipaddr.process(address)
  if (ip.range() !== 'unicast') return false
  // what ipaddr.js has no name for is unicast to it; of IPv6 only this part is given out
  return ip instanceof ipaddr.IPv4 || ip.match(ipaddr.parse('2000::'), 3)
}

const internet: World = {
  // c-ares, not the system's resolver: a slow name server must not hold the threads that files are read with
  async resolve(host) {
    const resolver = new Resolver({ timeout: 2000, tries: 2 })
    const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    return found.flatMap(one => (one.status === 'fulfilled' ? one.value : []))
  },
  allows: isPublic,
  ports: port => port === 80 || port === 443
}

function vettedUrl(address: string, base: URL | undefined, world: World): URL {
  if (!URL.canParse(address, base?.href)) throw new FetchFailure(base ? 'redirects' : 'address')
  const url = new URL(address, base?.href)
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  const fine = /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && world.ports(port)
  if (!fine) throw new FetchFailure('address')
  return url
}

async function fetchOnce(url: URL, options: FetchOptions, world: World, signal: AbortSignal): Promise<Fetched> {
  try {
    const addresses = await inTime(addressesOf(url.hostname.replace(/^\[|\]$/g, ''), world), signal)
    const response = await ask(url, addresses, options, signal)
    const { statusCode: status = 0, headers } = response
    if (status >= 200 && status < 300) return { status, headers, body: await bodyOf(response, options.maxBytes) }
    response.destroy()
    return { status, headers, body: Buffer.alloc(0) }
  } catch (error) {
    if (error instanceof FetchFailure) throw error
    if (signal.aborted) throw new FetchFailure('too_slow', { cause: error })
    throw new FetchFailure(problemOf(error), { cause: error })
  }
}

/** All of them public, or none is gone to: a name that leads to both is a trap. */
async function addressesOf(host: string, world: World): Promise<string[]> {
  const addresses = ipaddr.isValid(host) ? [host] : await world.resolve(host)
  if (addresses.length === 0) throw new FetchFailure('unknown_host')
  if (!addresses.every(address => world.allows(address))) throw new FetchFailure('not_public')
  return addresses
}

/** Connects to these addresses and no other; the name stays in `Host` and in the certificate's check. */
function ask(
  url: URL,
  addresses: readonly string[],
  { headers = {}, method = 'GET', body }: FetchOptions,
  signal: AbortSignal
): Promise<IncomingMessage> {
  const found = addresses.map(address => ({ address, family: isIPv6(address) ? 6 : 4 }))
  const lookup: RequestOptions['lookup'] = (_host, { all }, done) => {
    if (all) done(null, found)
    else done(null, found[0]?.address ?? '', found[0]?.family ?? 4)
  }
  const own = { 'user-agent': 'Patchbay', 'accept-encoding': 'gzip, deflate, br' }
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https() : http()
    const length = body && { 'content-length': String(body.length) }
    const request = client.request(url, {
      agent: false,
      lookup,
      signal,
      method,
      headers: { ...own, ...length, ...headers }
    })
    request.on('response', resolve).on('error', reject).end(body)
  })
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw new FetchFailure('too_large')
    for await (const chunk of unpacked(response) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new FetchFailure('too_large')
      chunks.push(chunk)
    }
  } finally {
    response.destroy()
  }
  return Buffer.concat(chunks)
}

const unpackers = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress
}

function unpacked(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return response
  const unpacker = unpackers[encoding as keyof typeof unpackers] as (() => ReturnType<typeof createGunzip>) | undefined
  if (!unpacker) throw new FetchFailure('encoding')
  // what goes wrong comes out where it is read
  return pipeline(response, unpacker(), () => undefined)
}

/** What does not heed the signal by itself. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new FetchFailure('too_slow'))
    if (signal.aborted) return late()
    signal.addEventListener('abort', late, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
  })
}

function problemOf(error: unknown): FetchProblem {
  const { code = '' } = error as NodeJS.ErrnoException
  if (/^(Z_|ERR_BROTLI|ERR__ERROR|ERR_TRAILING)/.test(code)) return 'encoding'
  return /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(code) ? 'certificate' : 'unreachable'
}
