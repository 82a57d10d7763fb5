import { FetchFailure, safeFetch } from '@patchbay/core/safe-fetch'
import type { Fetched, FetchOptions } from '@patchbay/core/safe-fetch'
import { readStored } from '@patchbay/core/storage'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Carrying, Delivery } from './adapter.ts'
import { fileName } from './mail.ts'
import { findPlatform } from './platform-queries.ts'

/*
 * An approved platform, by the shape of AFNOR XP Z12-013: a flow is posted with the invoice as a file, and asked about by
 * its id. Any platform that speaks so, or a small bridge before one that does not, will do.
 */

/** Where a platform is, and how one is let in. */
export interface Platform {
  base_url: string
  token: string
  /** The operator vouches for it (INVOICE_PLATFORM_BASE): it may be on a local network. */
  vouched: boolean
}

/** What this plugin reads of the environment. */
export const PlatformEnv = z.object({
  INVOICE_PLATFORM_BASE: z
    .url({ protocol: /^https?$/, error: 'must be an address such as http://127.0.0.1:9000' })
    .optional()
})

/** The studio's platform, its key opened; undefined when it has none. */
export async function platformOf({
  db,
  sealed,
  env
}: Pick<Carrying, 'db' | 'sealed' | 'env'>): Promise<Platform | undefined> {
  const row = await findPlatform(db)
  if (!row) return undefined
  const vouchedFor = PlatformEnv.parse(env).INVOICE_PLATFORM_BASE
  return {
    base_url: vouchedFor ?? row.base_url,
    token: sealed.open(row.token_sealed, 'platform'),
    vouched: vouchedFor !== undefined
  }
}

/** To the platform: posted until it is taken; what it refuses for good is a person's to mend. */
export const byPlatform: Delivery = {
  channel: 'platform',
  async carryOut(carrying, invoice, { id }) {
    const platform = await platformOf(carrying)
    if (!platform) return { state: 'failed', error: 'no_platform' }
    const content = await readStored(carrying, invoice.pdf_file_id)
    const info = {
      trackingId: `${carrying.studio.slug}-${id}`,
      name: `${fileName(invoice.number)}.pdf`,
      flowSyntax: 'Factur-X',
      flowProfile: 'CIUS',
      sha256: createHash('sha256').update(content).digest('hex')
    }
    const { body, type } = multipart(info, content)
    const answer = await call(platform, '/v1/flows', { method: 'POST', body, headers: { 'content-type': type } })
    if (!answer.ok) return { state: answer.final ? 'failed' : 'again', error: answer.error }
    const flow = z.object({ flowId: z.string().min(1).max(200) }).safeParse(json(answer.body))
    return flow.success ? { state: 'done', external_id: flow.data.flowId } : { state: 'again', error: 'answer' }
  }
}

const Statuses = z.array(
  z.object({
    id: z.string().min(1).max(200),
    code: z.int().min(200).max(213),
    message: z.string().max(2000).nullish(),
    at: z.string().max(40).nullish()
  })
)
export type PlatformStatus = z.output<typeof Statuses>[number]

/** What the platform says became of an invoice; undefined when it could not be asked. */
export async function statusesFrom(platform: Platform, external_id: string): Promise<PlatformStatus[] | undefined> {
  const answer = await call(platform, `/v1/flows/${encodeURIComponent(external_id)}/statuses`, {})
  if (!answer.ok) return undefined
  const read = Statuses.safeParse(json(answer.body))
  return read.success ? read.data : undefined
}

/** Tells the platform of money that came in (212); what went back is negative. True when it took it. */
export async function tellCashIn(
  platform: Platform,
  { external_id, ...cash }: { external_id: string; id: number; cents: number; currency: string; at: Date }
): Promise<boolean> {
  const body = Buffer.from(
    JSON.stringify({
      id: String(cash.id),
      code: 212,
      cents: cash.cents,
      currency: cash.currency,
      at: cash.at.toISOString()
    })
  )
  const headers = { 'content-type': 'application/json' }
  const path = `/v1/flows/${encodeURIComponent(external_id)}/statuses`
  return (await call(platform, path, { method: 'POST', body, headers })).ok
}

type Called = { ok: true; body: Buffer } | { ok: false; final: boolean; error: string }

/** Errors of the network and of the platform itself pass; what it says is wrong with ours (4xx) does not. */
async function call(
  { base_url, token, vouched }: Platform,
  path: string,
  { headers, ...options }: Omit<FetchOptions, 'maxBytes'>
): Promise<Called> {
  const url = new URL(base_url.replace(/\/+$/, '') + path)
  const world = vouched ? { world: localWorld(url) } : {}
  try {
    const all = { accept: 'application/json', ...headers, authorization: `Bearer ${token}` }
    const { status, body }: Fetched = await safeFetch(url.href, {
      ...options,
      ...world,
      headers: all,
      maxBytes: 1_000_000
    })
    if (status >= 200 && status < 300) return { ok: true, body }
    const passing = status >= 500 || [408, 409, 425, 429, 401, 403].includes(status)
    return { ok: false, final: !passing, error: `http_${status}` }
  } catch (error) {
    if (error instanceof FetchFailure) return { ok: false, final: false, error: error.problem }
    throw error
  }
}

/** The machine the operator named, and no other. */
const localWorld = ({ hostname, port }: URL) => ({
  resolve: async (host: string) => (host === hostname ? ['127.0.0.1'] : []),
  allows: () => true,
  ports: (asked: number) => asked === Number(port || 80) || asked === 443
})

function multipart(info: object, pdf: Buffer): { body: Buffer; type: string } {
  const boundary = `patchbay-${randomBytes(16).toString('hex')}`
  const part = (head: string, content: Buffer) =>
    Buffer.concat([Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), content, Buffer.from('\r\n')])
  const body = Buffer.concat([
    part(
      'Content-Disposition: form-data; name="flowInfo"\r\nContent-Type: application/json',
      Buffer.from(JSON.stringify(info))
    ),
    part('Content-Disposition: form-data; name="file"; filename="invoice.pdf"\r\nContent-Type: application/pdf', pdf),
    Buffer.from(`--${boundary}--\r\n`)
  ])
  return { body, type: `multipart/form-data; boundary=${boundary}` }
}

/** What is no JSON is nothing the schemas know. */
function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
