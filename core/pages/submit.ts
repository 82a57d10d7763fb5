import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Failure, Refusal } from '../errors.ts'
import { explain, read } from '../forms.ts'

/** A form outside a studio that is to be shown again, with what was typed but for passwords. */
export interface Wrong {
  ok: false
  /** 422, or 429 when there were too many tries. */
  status: number
  /** Until the next try counts. */
  seconds?: number
  errors: Record<string, string>
  values: Record<string, unknown>
}

/**
 * What `request.act` is in a studio: parses this request's body by `schema` and runs `run` on it. A Refusal, or a 429,
 * comes back as sentences for the form.
 */
export async function submit<Schema extends z.ZodType, Result>(
  request: FastifyRequest,
  schema: Schema,
  run: (input: z.output<Schema>) => Promise<Result>
): Promise<{ ok: true; value: Result } | Wrong> {
  const { t } = request.words()
  const body = (request.body ?? {}) as Record<string, unknown>
  const values = Object.fromEntries(Object.entries(body).filter(([name]) => !name.includes('password')))
  const input = read(schema, body, 'Europe/Paris')
  if (!input.ok) return { ok: false, status: 422, errors: explain(input.errors, t), values }
  try {
    return { ok: true, value: await run(input.value) }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, status: 422, errors: explain(error.errors, t), values }
    if (!(error instanceof Failure) || error.status !== 429) throw error
    const seconds = Number(error.values['seconds'])
    const sentence = t('people.errors.too_many', { n: Math.ceil(seconds / 60) })
    return { ok: false, status: 429, seconds, errors: { '': sentence }, values }
  }
}

/** Shows the form again. */
export function again(
  reply: FastifyReply,
  { status, seconds, errors, values }: Wrong,
  view: string,
  data: Record<string, unknown>
): FastifyReply {
  if (seconds !== undefined) reply.header('retry-after', String(seconds))
  return reply.code(status).page(view, { ...data, errors, values })
}
