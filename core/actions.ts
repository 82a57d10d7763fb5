import type { z } from 'zod'
import { Failure, Refusal, forbidden } from './errors.ts'
import type { FieldError } from './errors.ts'
import { read } from './forms.ts'
import { Crew } from './database/crew.ts'
import { teller } from './outbox.ts'
import type { Told } from './outbox.ts'
import type { Actor, Ask, Context, Db, Did, Tell } from './plugin.ts'
import type { Hint } from './realtime.ts'
import type { Studio } from './database/tenants.ts'

/** Where an action came from; kept in the trail. */
export type Via = 'form' | 'api' | 'cli' | 'job'

/** What `run` is given. `db` is the transaction; throwing rolls all of it back. */
export interface Running extends Context {
  person: Actor
  /** Where it comes from: the address and the browser of whoever asks; null for the command line and jobs. For proof. */
  from: { ip: string | null; agent: string | null }
  can: (permission: string) => boolean
  /** Told after the commit, to enabled plugins and open pages; never when the transaction fails. */
  tell: Tell
  ask: Ask
  /** Writes a row of its own into the studio's trail, for what follows from the action without being done by anybody. */
  did: Did
  /** Writes before and after of a changed record into the trail; only fields that differ are kept. */
  changed: (before: object, after: object) => void
  /** Makes every process drop what it keeps of a person or studio, after the commit. For core's own actions. */
  hint: (hint: Exclude<Hint, { kind: 'fact' }>) => void
}

export interface ActionDefinition<Input extends z.ZodType, Result> {
  /** `sessions.book`: `POST /s/:studio/api/sessions/book`, and a tool's name. Its label is the text `<plugin>.actions.<verb>`. */
  name: string
  permission: string
  input: Input
  /**
   * Whose records it writes: the studio's database, or the registry for what belongs to the organisation (members,
   * tokens). Default `studio`.
   */
  scope?: 'studio' | 'organization'
  /** Concerns nobody but who does it (what they have read, what they want to be told): it leaves no row in the trail. */
  personal?: boolean
  /** Money, deletion: an assistant shows a card for a person to confirm, the API takes `Confirm: true`. */
  confirm?: boolean
  /**
   * It holds locks that all others of its kind wait for: in one studio and process they run one after another, so that
   * those that wait take no connection.
   */
  oneByOne?: boolean
  /** The records the trail shows it on: `{ session: 12, client: 7 }`. */
  about: (result: Result, input: z.output<Input>) => Record<string, number | readonly number[] | null>
  /** Fields of the input that the trail must not keep, for example a password. */
  secret?: readonly string[]
  /** How long a body the API takes for it, where that is more than what is usual: files in base64. */
  most_bytes?: number
  /** Constraints of the database that say what is wrong with a field: `{ rooms_name_unique: ['name', 'sessions.errors.room_name'] }`. */
  constraints?: Record<string, readonly [field: string, sentence: string]>
  run: (running: Running, input: z.output<Input>) => Promise<Result>
}

/** An action as the host, the API and tools see it. */
export interface Action {
  name: string
  permission: string
  input: z.ZodType
  scope?: 'studio' | 'organization'
  personal?: boolean
  confirm?: boolean
  oneByOne?: boolean
  about: (result: never, input: never) => Record<string, number | readonly number[] | null>
  secret?: readonly string[]
  most_bytes?: number
  constraints?: Record<string, readonly [string, string]>
  run: (running: Running, input: never) => Promise<unknown>
}

/** Declares a write once. */
export const action = <Input extends z.ZodType, Result>(
  definition: ActionDefinition<Input, Result>
): ActionDefinition<Input, Result> => definition

export type Outcome<Result> = { ok: true; value: Result } | { ok: false; errors: Record<string, FieldError> }

/** Everything `perform` needs of its surroundings; made by the host for a request, the command line or a job. */
export interface Desk {
  studio: Studio
  person: Actor
  via: Via
  ip: string | null
  agent: string | null
  can: (permission: string) => boolean
  /** A transaction on the studio's database or on the registry. */
  transaction: <T>(scope: 'studio' | 'organization', work: (db: Db) => Promise<T>) => Promise<T>
  context: (db: Db, plugin: string) => Context
  ask: (db: Db) => Ask
  /** Called after the commit with what was told. */
  told: (facts: Told[]) => Promise<void>
  /** Called after the commit, before `told`. */
  hinted: (hints: Hint[]) => Promise<void>
}

/**
 * Runs an action: permission → parse → transaction → `run` → a row in the trail → commit → facts told.
 * @throws Failure 403 without the permission, and whatever failures `run` throws; a Refusal comes back as errors.
 */
export async function perform<Input extends z.ZodType, Result>(
  desk: Desk,
  action: ActionDefinition<Input, Result>,
  raw: unknown
): Promise<Outcome<Result>> {
  if (!desk.can(action.permission)) throw forbidden()
  const parsed = read(action.input, raw, desk.studio.timezone)
  if (!parsed.ok) return parsed
  const scope = action.scope ?? 'studio'
  const facts: Told[] = []
  const hints: Hint[] = []
  try {
    const value = await inTurn(desk, action, scope, async db => {
      const { tell, write } = teller(db, desk.person.id, desk.person.name)
      const details: Record<string, unknown> = { input: withoutSecrets(parsed.value, action.secret) }
      const result = await action.run(
        {
          ...desk.context(db, action.name.split('.')[0] ?? ''),
          person: desk.person,
          from: { ip: desk.ip, agent: desk.agent?.slice(0, 500) ?? null },
          can: desk.can,
          tell,
          ask: desk.ask(db),
          did: byItself(db),
          changed: (before, after) => void (details['changes'] = difference(before, after)),
          hint: hint => void hints.push(hint)
        },
        parsed.value
      )
      const about = records(action.about(result, parsed.value))
      if (!action.personal) await writeTrail(db, scope, desk, action.name, about, details)
      facts.push(...(await write()))
      return result
    })
    if (hints.length > 0) await desk.hinted(hints)
    if (facts.length > 0) await desk.told(facts)
    return { ok: true, value }
  } catch (error) {
    const refused = refusalOf(error, action.constraints)
    if (refused) return { ok: false, errors: refused.errors }
    throw error
  }
}

/** The action's transaction; of those that go one by one, when the one before is over. */
async function inTurn<T>(
  desk: Desk,
  { name, oneByOne }: { name: string; oneByOne?: boolean },
  scope: 'studio' | 'organization',
  work: (db: Db) => Promise<T>
): Promise<T> {
  if (!oneByOne) return desk.transaction(scope, work)
  const key = `${desk.studio.id} ${name}`
  const queue = queues.get(key) ?? new Crew(1)
  queues.set(key, queue)
  try {
    return await queue.run(() => desk.transaction(scope, work))
  } finally {
    if (queue.idle) queues.delete(key)
  }
}

const queues = new Map<string, Crew>()

function refusalOf(
  error: unknown,
  constraints: ActionDefinition<z.ZodType, unknown>['constraints']
): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (error instanceof Failure || !(error instanceof Error) || !('constraint' in error)) return undefined
  const known = constraints?.[String(error.constraint)]
  return known ? new Refusal({ [known[0]]: known[1] }) : undefined
}

/** Writes into a studio's trail what followed by itself. */
export const byItself =
  (db: Db): Did =>
  async (action, about, changes) => {
    const details = JSON.stringify(changes ? { changes } : {})
    await db('activity').insert({ person_name: 'Patchbay', via: 'job', action, about: records(about), details })
  }

/** `{ session: 12, clients: [7, 8] }` → `['session:12', 'clients:7', …]`. */
export function records(about: Record<string, number | readonly number[] | null>): string[] {
  return Object.entries(about).flatMap(([kind, ids]) => [ids ?? []].flat().map(id => `${kind}:${id}`))
}

async function writeTrail(
  db: Db,
  scope: 'studio' | 'organization',
  desk: Desk,
  action: string,
  about: string[],
  details: object
) {
  const row = {
    person_id: desk.person.id,
    person_name: desk.person.name,
    via: desk.via,
    ip: desk.ip,
    action,
    about,
    details: JSON.stringify(details)
  }
  if (scope === 'studio') await db('activity').insert(row)
  else await db('audit').insert({ ...row, organization_id: desk.studio.id })
}

function withoutSecrets(value: unknown, secret: readonly string[] = []): unknown {
  if (typeof value !== 'object' || value === null) return {}
  const entries = Object.entries(value).filter(([key]) => !secret.includes(key))
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, Buffer.isBuffer(entry) ? `${entry.length} bytes` : entry])
  )
}

function difference(before: object, after: object): Record<string, [unknown, unknown]> {
  const old = before as Record<string, unknown>
  const differing = Object.entries(after).filter(
    ([key, value]) => key in old && JSON.stringify(old[key]) !== JSON.stringify(value)
  )
  return Object.fromEntries(differing.map(([key, value]) => [key, [old[key], value]]))
}
