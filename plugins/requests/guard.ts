import type { Db } from '@patchbay/core'
import { networkOf } from '@patchbay/core/guards'
import { newToken } from '@patchbay/core/secrets'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { countTry } from './guard-queries.ts'

/*
 * Against machines, without asking anybody else: a field that people do not see, a signed hour on every form given out, and
 * a count of forms by network. What a machine fills in is answered as if it were taken.
 */

/** Nobody fills in the form faster, and no form is good for longer. */
const fastest = 3000
const longest = 12 * 3_600_000
/** Forms from one network within an hour; a school behind one address has several people. */
const mostAnHour = 20

/** Why a form is turned away. */
export type Why = 'honeypot' | 'early' | 'late' | 'forged' | 'often'

/** A form's own name: what will be its private link, and since when it is out. `at` is in milliseconds. */
export function formStamp(secret: Buffer, at = Date.now(), token = newToken().token): string {
  const text = `${token}.${at.toString(36)}`
  return `${text}.${signed(secret, text)}`
}

/** The same form given again after a mistake: its hour stays while it is good, and is long enough ago. */
export function stampAgain(secret: Buffer, given: unknown): string {
  const known = readStamp(secret, given)
  return typeof given === 'string' && known && !known.why ? given : formStamp(secret, Date.now() - fastest)
}

/** What a stamp says: the private link, and why it is not good. Undefined for what we did not sign. */
function readStamp(secret: Buffer, given: unknown): { token: string; why?: Why } | undefined {
  const [token = '', at = '', signature = '', ...rest] = typeof given === 'string' ? given.split('.') : []
  const right = Buffer.from(signed(secret, `${token}.${at}`))
  const own = Buffer.from(signature)
  if (rest.length > 0 || own.length !== right.length || !timingSafeEqual(own, right)) return undefined
  const age = Date.now() - Number.parseInt(at, 36)
  if (age < fastest) return { token, why: 'early' }
  return age > longest ? { token, why: 'late' } : { token }
}

/** What a posted form is: the private link it gets; or why it is turned away. Every try is counted. */
export async function judge(
  db: Db,
  secret: Buffer,
  { ip, form, honeypot }: { ip: string; form: unknown; honeypot: unknown }
): Promise<{ token: string; why?: undefined } | { why: Why }> {
  const stamp = readStamp(secret, form)
  const trap = typeof honeypot === 'string' && honeypot !== '' ? ('honeypot' as const) : undefined
  const why = trap ?? (stamp ? stamp.why : 'forged')
  const sent = await countTry(db, networkOf(ip), why, mostAnHour)
  if (why) return { why }
  if (sent > mostAnHour) return { why: 'often' }
  return { token: stamp?.token ?? '' }
}

const signed = (secret: Buffer, text: string) => createHmac('sha256', secret).update(text).digest('base64url')
