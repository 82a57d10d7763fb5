import { action, conflict, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { drawingIn } from '@patchbay/core/drawings'
import { hashToken } from '@patchbay/core/secrets'
import { timingSafeEqual } from 'node:crypto'
import { ownerOf, replacePaper } from './asking.ts'
import { note } from './event-queries.ts'
import { AskCodeForm, DeclineForm, SignForm, TokenForm } from './forms.ts'
import { hashCode } from './mailing.ts'
import { changeRequest, changeSigner, findByLink, findRequest, listSigners, lockRequest } from './queries.ts'
import type { Request, Signer } from './queries.ts'
import { inviteNext } from './turns.ts'

/** How often a code may be tried, how many are mailed within an hour, and seconds in which pressing twice is pressing once. */
const codeTries = 5
const codesAnHour = 5
const secondsBetweenCodes = 20

const secret = ['token', 'code', 'image']
const ofRequest = ({ request }: { request: Request }) => ({ signature: request.id, ...ownerOf(request.document) })

/** Notes that a signer looked at the paper, the first time. */
export const openPaper = action({
  name: 'signatures.open',
  permission: 'signatures.sign',
  input: TokenForm,
  secret,
  personal: true,
  async run({ db, tell, from }, { token }) {
    const signer = await findByLink(db, hashToken(token))
    const request = signer && (await lockRequest(db, signer.request_id))
    const now = signer && (await findByLink(db, hashToken(token)))
    if (!request || !now) throw notFound()
    if (now.opened_at !== null || !isTurn(request, now, await listSigners(db, request.id))) return { request }
    await changeSigner(db, now.id, { opened_at: new Date() })
    await note(db, request.id, 'opened', { signer_id: now.id, ...from })
    tell('signatures.opened', { request_id: request.id, signer_id: now.id })
    return { request }
  },
  about: ofRequest
})

/** Settles what was chosen, then has a code mailed to the signer; only the mail has it. */
export const askCode = action({
  name: 'signatures.ask_code',
  permission: 'signatures.sign',
  input: AskCodeForm,
  secret,
  async run(running, { token, choices }) {
    const { db, tell } = running
    const { request, signer, signers } = await turnOf(running, token)
    const sha256 = await settled(running, request, signers, choices)
    const recent = signer.codes_since !== null && Date.now() - +signer.codes_since < 3_600_000
    const asked = recent ? signer.codes_asked : 0
    const same = signer.code_for !== null && sha256.equals(signer.code_for)
    const just = signer.code_asked_at !== null && Date.now() - +signer.code_asked_at < secondsBetweenCodes * 1000
    const spent = signer.code_tries >= codeTries
    if (same && just && !spent) return { request }
    if (asked >= codesAnHour) throw refuse({ '': 'signatures.errors.codes_used' })
    const now = new Date()
    await changeSigner(db, signer.id, {
      code_asked_at: now,
      code_hash: null,
      code_for: sha256,
      codes_asked: asked + 1,
      codes_since: recent ? signer.codes_since : now
    })
    tell('signatures.code-asked', { signer_id: signer.id })
    return { request }
  },
  about: ofRequest
})

/** What came of a try: whether it is signed, and if not, why. A wrong code is no failure, for its try must be counted. */
export interface Tried {
  request: Request
  signed: boolean
  why: null | 'code_wrong' | 'code_late' | 'code_used_up' | 'code_none' | 'paper_changed'
  /** Tries left for this code. */
  left: number
}

/** Signs with the mailed code. With the last signature, what was asked for becomes true in the same transaction. */
export const signPaper = action({
  name: 'signatures.sign',
  permission: 'signatures.sign',
  input: SignForm,
  secret,
  async run(running, { token, code, name, role, image, early_start }): Promise<Tried> {
    const { db, from, tell } = running
    const { request, signer, signers } = await turnOf(running, token)
    const early = earlyStartFor(request, signer, signers)
    if (early !== null && !early_start) throw refuse({ early_start: 'signatures.errors.early_start' })
    const tried = await checkCode(running, request, signer, code)
    if (tried.why) return { request, signed: false, ...tried }
    const drawing = image === null ? null : drawingIn(image)
    if (image !== null && !drawing) throw refuse({ image: 'signatures.errors.image' })
    const words = { consent: request.consent, early_start: early }
    await changeSigner(db, signer.id, {
      signed_at: new Date(),
      signed_name: name,
      signed_role: role,
      drawing,
      code_hash: null,
      ...words,
      ...from
    })
    await note(db, request.id, 'signed', { signer_id: signer.id, ...from, detail: name })
    const left = (await listSigners(db, request.id)).filter(({ signed_at }) => signed_at === null)
    if (left.length > 0) await inviteNext(running, request.id)
    else await conclude(running, request)
    tell('signatures.signed', { request_id: request.id, signer_id: signer.id })
    return { request, signed: true, why: null, left: tried.left }
  },
  // a wrong code is in the proof, and no signature in the paper's history
  about: tried => (tried.signed ? ofRequest(tried) : {})
})

/** Declines with a reason: nobody signs it any more. */
export const declinePaper = action({
  name: 'signatures.decline',
  permission: 'signatures.sign',
  input: DeclineForm,
  secret: ['token'],
  async run(running, { token, reason }) {
    const { db, from, tell, ask } = running
    const { request, signer } = await turnOf(running, token)
    if (!request.may_decline) throw conflict('signatures.errors.may_not_decline')
    await changeSigner(db, signer.id, { declined_at: new Date(), reason, ...from })
    await changeRequest(db, request.id, { state: 'declined', ended_at: new Date() })
    await note(db, request.id, 'declined', { signer_id: signer.id, ...from, detail: reason })
    await ask('signatures.refused', { running, document: request.document, request_id: request.id, reason })
    tell('signatures.declined', { request_id: request.id, signer_id: signer.id })
    return { request }
  },
  about: ofRequest
})

/** May this signer act now: it is open, they have not signed, and all before them have. */
export function isTurn(request: Request, signer: Signer, signers: readonly Signer[]): boolean {
  const before = signers.some(({ step, signed_at }) => step < signer.step && signed_at === null)
  return request.state === 'open' && signer.signed_at === null && signer.declined_at === null && !before
}

/** The words in which a signer asks to begin early: those who sign first do, for whom the paper is. Null: nothing is asked. */
export function earlyStartFor({ early_start }: Request, signer: Signer, signers: readonly Signer[]): string | null {
  return signers.every(({ step }) => step >= signer.step) ? early_start : null
}

/** Whose link this is, with the paper held until the transaction ends. @throws notFound, or conflict when it is not their turn. */
async function turnOf(
  { db }: Running,
  token: string
): Promise<{ request: Request; signer: Signer; signers: Signer[] }> {
  const known = await findByLink(db, hashToken(token))
  const request = known && (await lockRequest(db, known.request_id))
  const signers = request ? await listSigners(db, request.id) : []
  const signer = signers.find(({ id }) => id === known?.id)
  if (!request || !signer) throw notFound()
  if (signer.signed_at !== null) throw conflict('signatures.errors.signed_already')
  if (request.state !== 'open') throw conflict('signatures.errors.closed')
  if (!isTurn(request, signer, signers)) throw conflict('signatures.errors.not_your_turn')
  return { request, signer, signers }
}

/** The hash of the paper as it will be signed. Once somebody signed, nothing is chosen any more. */
async function settled(
  running: Running,
  request: Request,
  signers: readonly Signer[],
  choices: Record<string, string>
): Promise<Buffer> {
  if (signers.some(({ signed_at }) => signed_at !== null)) return request.sha256
  await changeRequest(running.db, request.id, { choices: JSON.stringify(choices) })
  const [paper] = await running.ask('signatures.settle', { running, document: request.document, choices })
  return paper ? replacePaper(running, request.id, paper.pdf) : request.sha256
}

async function checkCode(
  running: Running,
  request: Request,
  signer: Signer,
  code: string
): Promise<Pick<Tried, 'why' | 'left'>> {
  const { db, from } = running
  const left = codeTries - signer.code_tries
  if (!signer.code_hash || !signer.code_expires_at) return { why: 'code_none', left }
  if (!signer.code_for?.equals(request.sha256)) return { why: 'paper_changed', left }
  if (left <= 0) return { why: 'code_used_up', left: 0 }
  if (signer.code_expires_at < new Date()) return { why: 'code_late', left }
  if (timingSafeEqual(signer.code_hash, hashCode(signer.id, code))) return { why: null, left }
  await changeSigner(db, signer.id, { code_tries: signer.code_tries + 1 })
  await note(db, request.id, 'wrong_code', { signer_id: signer.id, ...from })
  return { why: left === 1 ? 'code_used_up' : 'code_wrong', left: left - 1 }
}

async function conclude(running: Running, { id, document }: Request): Promise<void> {
  await changeRequest(running.db, id, { state: 'completed', ended_at: new Date() })
  await note(running.db, id, 'completed')
  await running.ask('signatures.concluded', { running, document, request_id: id })
}

/** The paper of a private link, for pages. */
export async function paperOf(
  db: Running['db'],
  token: string
): Promise<{ request: Request; signer: Signer; signers: Signer[] } | undefined> {
  const signer = await findByLink(db, hashToken(token))
  const request = signer && (await findRequest(db, signer.request_id))
  return request && { request, signer, signers: await listSigners(db, request.id) }
}
