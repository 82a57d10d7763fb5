import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { checkIn, checkOut } from './check-actions.ts'
import { listNear, listOut, listOutOf, listPeople } from './check-queries.ts'
import { pieceOf, styles } from './card.ts'
import { ScanQuery } from './forms.ts'
import { codeOf, findByCode } from './queries.ts'
import type { Shown } from './queries.ts'
import { readableCode } from './labels.ts'

/** Gear that goes out and comes back, with a phone before its label or at a desk. */
export function checkRoutes(app: FastifyInstance): void {
  app.get('/out', allow('equipment.read'), async (request, reply) => {
    const out = await listOut(request.db)
    return reply.page('equipment/out', { styles, title: request.words().t('equipment.out.title'), out })
  })

  app.get('/scan', allow('equipment.read'), async (request, reply) => {
    const { code } = ScanQuery.parse(request.query)
    const found = code ? await findByCode(request.db, codeOf(code)) : undefined
    if (found) return reply.redirect(`${request.base}/equipment/scan/${found.code}`, 303)
    const { t } = request.words()
    const errors = code ? { code: t('equipment.errors.code', { code: code.slice(0, 100) }) } : {}
    return reply
      .code(code ? 404 : 200)
      .page('equipment/scan', { styles, title: t('equipment.scan.title'), values: { code }, errors })
  })

  app.get('/scan/:code', allow('equipment.read'), async (request, reply) => {
    const { code } = request.params as { code: string }
    const piece = await findByCode(request.db, codeOf(code))
    if (!piece) throw notFound('equipment.errors.no_such_label')
    return reply.page('equipment/scanned', await checking(request, piece, { values: request.query as object }))
  })

  app.post('/:id/checkouts', allow('equipment.check'), async (request, reply) => {
    const taken = await request.act(checkOut, { id: request.recordId() })
    if (taken.ok) return reply.flash('equipment.flash.checked_out').redirect(await afterwards(request), 303)
    return notDone(request, reply, taken)
  })

  app.post('/:id/checkouts/:checkout/return', allow('equipment.check'), async (request, reply) => {
    const ids = { equipment_id: request.recordId(), id: request.recordId('checkout') }
    const returned = await request.act(checkIn, ids)
    if (returned.ok) return reply.flash('equipment.flash.checked_in').redirect(await afterwards(request), 303)
    return notDone(request, reply, returned)
  })
}

async function notDone(request: FastifyRequest, reply: FastifyReply, outcome: Typed): Promise<FastifyReply> {
  const piece = await pieceOf(request)
  return reply.code(422).page('equipment/scanned', await checking(request, piece, outcome))
}

/** Back to where the button was: the list of what is out, or the label's page, ready for the next. */
async function afterwards(request: FastifyRequest): Promise<string> {
  const equipment = `${request.base}/equipment`
  const { back } = request.query as { back?: unknown }
  if (back === 'out') return `${equipment}/out`
  if (back === 'today') return `${request.base}/`
  return `${equipment}/scan/${(await pieceOf(request)).code}`
}

interface Typed {
  values: object
  errors?: Record<string, string>
}

/** The page of a label: what it is, who has it, and the two large buttons. */
async function checking(request: FastifyRequest, piece: Shown, { values, errors = {} }: Typed) {
  const out = await listOutOf(request.db, piece.id)
  const near = await listNear(request.db, piece.id)
  const people = await listPeople(request.db)
  const first = near.find(({ held }) => held > 0) ?? near[0]
  const holder = first ? `session:${first.id}` : `person:${request.actor.id}`
  const left = piece.quantity - out.reduce((sum, { quantity }) => sum + quantity, 0)
  return {
    styles,
    title: piece.label,
    piece,
    code: readableCode(piece.code),
    out,
    left,
    near,
    people,
    values: { quantity: '1', holder, ...values },
    errors
  }
}
