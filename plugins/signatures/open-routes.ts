import { allow, notFound } from '@patchbay/core'
import { readStored } from '@patchbay/core/storage'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { askCode, declinePaper, earlyStartFor, isTurn, openPaper, paperOf, signPaper } from './signing.ts'
import type { Tried } from './signing.ts'
import { versionOf } from './seal/proof.ts'
import { verify } from './verifying.ts'

/** A paper behind its private link, and the page on which anybody checks one. */
export function openRoutes(app: FastifyInstance): void {
  const sign = allow('signatures.sign')

  app.get('/verify', sign, async (request, reply) => {
    return reply.page('signatures/verify', verifyPage(request))
  })

  app.post('/verify', sign, async (request, reply) => {
    const done = await request.act(verify)
    if (done.ok) return reply.page('signatures/verify', { ...verifyPage(request), found: done.value })
    return reply.code(422).page('signatures/verify', { ...verifyPage(request), ...done })
  })

  app.get('/:token', sign, async (request, reply) => {
    const page = await signPage(request, reply)
    if (page.turn && page.signer.opened_at === null) await request.act(openPaper, { token: page.token })
    return reply.page('signatures/sign', page)
  })

  app.post('/:token/code', sign, async (request, reply) => {
    const choices = takeChoices(request)
    const { token } = await signerOf(request)
    const asked = await request.act(askCode, { token, choices })
    if (asked.ok) return reply.redirect(`${request.base}/signatures/${token}?code=sent#signature`, 303)
    return reply.code(422).page('signatures/sign', { ...(await signPage(request, reply, choices)), ...asked })
  })

  app.post('/:token/signature', sign, async (request, reply) => {
    const { token } = await signerOf(request)
    const done = await request.act(signPaper, { token })
    if (done.ok && done.value.signed) return reply.redirect(`${request.base}/signatures/${token}`, 303)
    const failed = done.ok ? { errors: codeError(request, done.value), values: request.body } : done
    return reply.code(422).page('signatures/sign', { ...(await signPage(request, reply)), ...failed })
  })

  app.post('/:token/refusal', sign, async (request, reply) => {
    const { token } = await signerOf(request)
    const done = await request.act(declinePaper, { token })
    if (done.ok) return reply.redirect(`${request.base}/signatures/${token}`, 303)
    return reply.code(422).page('signatures/sign', { ...(await signPage(request, reply)), ...done, declining: true })
  })

  app.get('/:token/paper.pdf', sign, async (request, reply) => {
    const { request: paper } = await signerOf(request)
    return sendPaper(request, reply, { id: paper.pdf_file_id, name: paper.title, ending: 'pdf' })
  })

  app.get('/:token/sealed.pdf', sign, async (request, reply) => {
    const { request: paper } = await signerOf(request)
    return sendPaper(request, reply, { id: paper.sealed_file_id, name: paper.title, ending: 'pdf' })
  })

  app.get('/:token/proof.json', sign, async (request, reply) => {
    const { request: paper } = await signerOf(request)
    return sendPaper(request, reply, { id: paper.proof_file_id, name: paper.title, ending: 'json' })
  })
}

/** A paper to look at, or its proof to keep. @throws notFound before there is one. */
export async function sendPaper(
  request: FastifyRequest,
  reply: FastifyReply,
  { id, name, ending }: { id: number | null; name: string; ending: 'pdf' | 'json' }
): Promise<FastifyReply> {
  const content = await readStored({ db: request.db, folder: request.folder }, id)
  const saved = encodeURIComponent(`${name}.${ending}`).replace(/['()*]/g, '_')
  return reply
    .type(ending === 'pdf' ? 'application/pdf' : 'application/json')
    .header('content-disposition', `${ending === 'pdf' ? 'inline' : 'attachment'}; filename*=UTF-8''${saved}`)
    .header('cache-control', 'no-store')
    .send(content)
}

/** Whose link it is; in the trail it is they who act. Signed or not, what was withdrawn or ran out shows nothing. */
async function signerOf(request: FastifyRequest) {
  const { token } = request.params as { token: string }
  const found = await paperOf(request.db, token)
  if (!found) throw notFound()
  request.actor = { ...request.actor, name: found.signer.name }
  const gone = found.signer.signed_at === null && found.request.state !== 'open' && found.request.state !== 'declined'
  return { ...found, token, gone }
}

async function signPage(request: FastifyRequest, reply: FastifyReply, chosen?: Record<string, string>) {
  const found = await signerOf(request)
  if (found.gone) void reply.code(410)
  const { code } = request.query as { code?: unknown }
  const { document, choices, title, consent } = found.request
  const parts = found.gone
    ? []
    : await request.ask('signatures.choices', { document, values: chosen ?? triedOut(request) ?? choices })
  const instead = found.gone ? await request.ask('signatures.instead', { document, email: found.signer.email }) : []
  const turn = isTurn(found.request, found.signer, found.signers)
  const first = found.signers.every(({ signed_at }) => signed_at === null)
  return {
    ...found,
    paper: found.request,
    title,
    parts,
    turn,
    first,
    instead: instead[0] ?? '',
    early: earlyStartFor(found.request, found.signer, found.signers),
    version: versionOf(consent),
    asked: code === 'sent' || found.signer.code_hash !== null,
    styles,
    errors: {},
    values: {},
    declining: false
  }
}

const styles = ['/static/signatures/signatures.css']

/** Choices being tried out, in the address of the page: shown with what they come to, and not kept. */
function triedOut({ query }: FastifyRequest): Record<string, string> | undefined {
  const tried = Object.entries(query as Record<string, unknown>).filter(([name]) => name.startsWith('choice_'))
  return tried.length > 0 ? Object.fromEntries(tried.map(([name, value]) => [name, String(value)])) : undefined
}

const verifyPage = (request: FastifyRequest) => ({
  title: request.words().t('signatures.verify.title'),
  styles,
  found: undefined,
  errors: {},
  values: {}
})

const codeError = (request: FastifyRequest, { why, left }: Tried) => ({
  code: request.words().t(`signatures.errors.${why ?? 'code_wrong'}`, { n: left })
})

/** Takes the fields of choices, `choice_…`, out of the body: they are whoever asked's, not the form's. */
function takeChoices(request: FastifyRequest): Record<string, string> {
  const body = (request.body ?? {}) as Record<string, unknown>
  const own = Object.entries(body).filter(([name]) => !name.startsWith('choice_'))
  const choices = Object.entries(body).filter(([name]) => name.startsWith('choice_'))
  request.body = Object.fromEntries(own)
  return Object.fromEntries(
    choices.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)])
  )
}
