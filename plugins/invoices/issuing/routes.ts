import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { IssueManyForm } from './forms.ts'
import { issueAction } from './actions.ts'
import { draftPreview, issuePage } from './pages.ts'

/** From a draft to an invoice. */
export function issuingRoutes(app: FastifyInstance): void {
  const issue = allow('invoices.issue')

  app.get('/:id/issue', issue, async (request, reply) => {
    return reply.page('invoices/issuing/issue', await issuePage(request))
  })

  app.post('/:id/issue', issue, async (request, reply) => {
    const issued = await request.act(issueAction, { id: request.recordId() })
    if (!issued.ok) return reply.code(422).page('invoices/issuing/issue', await issuePage(request, issued))
    return reply.flash('invoices.issuing.flash.issued').redirect(`${request.base}/invoices/${issued.value.id}`, 303)
  })

  app.post('/issuing', issue, async (request, reply) => issueMany(request, reply))

  app.get('/:id/preview', allow('invoices.read'), async (request, reply) => {
    const headers = { 'content-disposition': 'inline; filename="brouillon.pdf"', 'cache-control': 'no-store' }
    return reply
      .type('application/pdf')
      .headers(headers)
      .send(await draftPreview(request))
  })
}

/** Each by itself: what cannot be issued stays a draft and says why; the others are invoices. */
async function issueMany(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { t } = request.words()
  const ticked = IssueManyForm.safeParse(request.body)
  const wrong: Record<string, string> = ticked.success ? {} : { '': t('fields.unknown') }
  // each is an action of its own, which knows nothing of the others that were ticked
  request.body = {}
  for (const id of ticked.success ? ticked.data.ids.toSorted((a, b) => a - b) : []) {
    const issued = await request.act(issueAction, { id })
    if (!issued.ok)
      wrong[String(id)] = `${t('invoices.drafts.draft_number', { id })} : ${Object.values(issued.errors).join(' ')}`
  }
  if (ticked.success && ticked.data.ids.length === 0) wrong[''] = t('invoices.issuing.errors.none_ticked')
  if (Object.keys(wrong).length === 0)
    return reply.flash('invoices.issuing.flash.issued_many').redirect(`${request.base}/invoices`, 303)
  return reply.code(422).page('invoices/drafts/refused', { title: t('invoices.issuing.not_all'), errors: wrong })
}
