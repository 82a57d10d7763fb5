import { conflict } from '@patchbay/core'
import type { Asking, Running } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { removeFile, saveFile } from '@patchbay/core/storage'
import type { PaperToSign, SignatureAsked, SignatureState } from './contract.ts'
import { note } from './event-queries.ts'
import { inviteNext } from './turns.ts'
import {
  addLink,
  addRequest,
  addSigner,
  changeRequest,
  findRequest,
  listSigners,
  lockOpenOf,
  lockRequest
} from './queries.ts'

type Asked = { running: Running } & PaperToSign

/** What was asked for by a paper's owner, `quote:12`: its kind and its id, as the trail names it. */
export function ownerOf(document: string): Record<string, number> {
  const [kind = '', id] = document.split(':')
  return { [kind]: Number(id) }
}

/**
 * Has a paper signed: keeps it as it is, gives each signer a private link, and lets the first ones be mailed. What was open
 * for the same paper is withdrawn. @throws Error for what whoever asks must not do: no signer, a paper that is no PDF.
 */
export async function askForSignature(
  _asking: Asking,
  { running, pdf, signers, document, expires_at, ...paper }: Asked
): Promise<SignatureAsked> {
  const { db } = running
  if (signers.length === 0) throw new Error(`${document} has nobody to sign it`)
  if (!pdf.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error(`${document} is not a PDF`)
  const before = await lockOpenOf(db, document)
  if (before !== undefined) await endRequest(running, before, null)
  const name = paper.title
  const { id: pdf_file_id, sha256 } = await saveFile(filing(running), pdf, { name, media_type: 'application/pdf' })
  const { message, title, language, consent, may_decline, early_start } = paper
  const request_id = await addRequest(db, {
    document,
    title: title.slice(0, 200),
    language,
    consent: consent.replaceAll('{title}', title),
    message,
    may_decline,
    early_start,
    pdf_file_id,
    sha256,
    expires_at
  })
  const links: string[] = []
  for (const [index, { name, email, role, step }] of signers.entries()) {
    const signer_id = await addSigner(db, {
      request_id,
      position: index + 1,
      step,
      name,
      email: email.toLowerCase(),
      role
    })
    const { token, hash } = newToken()
    await addLink(db, signer_id, hash)
    links.push(linkTo(running.address, token))
  }
  await note(db, request_id, 'asked', { ...running.from, detail: running.person.name })
  await inviteNext(running, request_id)
  return { request_id, links }
}

/** The open page of a private link, whole. */
export const linkTo = (address: Running['address'], token: string): string => address(`/signatures/${token}`, 'open')

/** Nobody may sign it any more; false when that is so already. */
export async function withdrawRequest(
  _asking: Asking,
  { running, request_id, quietly = false }: { running: Running; request_id: number; quietly?: boolean }
): Promise<boolean> {
  return endRequest(running, request_id, null, quietly)
}

/** Withdraws a request, with what the signers are told; false when it is not open. */
export async function endRequest(
  running: Running,
  request_id: number,
  reason: string | null,
  quietly = false
): Promise<boolean> {
  const { db, tell } = running
  const request = await lockRequest(db, request_id)
  if (request?.state !== 'open') return false
  await changeRequest(db, request_id, { state: 'withdrawn', ended_at: new Date(), withdrawn_reason: reason })
  await note(db, request_id, 'withdrawn', { ...running.from, detail: reason ?? running.person.name })
  // whoever hears of it mails the signers
  if (!quietly) tell('signatures.ended', { request_id })
  return true
}

/** Where a request stands; undefined when there is none. */
export async function stateOf(
  { db, base }: Asking,
  { request_id }: { request_id: number }
): Promise<SignatureState | undefined> {
  const request = await findRequest(db, request_id)
  if (!request) return undefined
  const signers = await listSigners(db, request_id)
  return {
    state: request.state,
    signers: signers.map(({ name, email, step, opened_at, signed_at, declined_at, reason }) => ({
      name,
      email,
      step,
      opened_at,
      signed_at,
      declined_at,
      reason
    })),
    completed_at: request.state === 'completed' ? request.ended_at : null,
    sealed_file_id: request.sealed_file_id,
    sha256: request.sha256.toString('hex'),
    href: `${base}/signatures/${request_id}`
  }
}

/**
 * The paper as it will be signed, after a choice: kept in place of the one before. Only before anybody signed.
 * @throws conflict afterwards.
 */
export async function replacePaper(running: Running, request_id: number, pdf: Buffer): Promise<Buffer> {
  const { db } = running
  const request = await findRequest(db, request_id)
  if (!request) throw conflict('signatures.errors.closed')
  const name = request.title
  const { id, sha256 } = await saveFile(filing(running), pdf, { name, media_type: 'application/pdf' })
  if (sha256.equals(request.sha256)) {
    await removeFile(running, id)
    return sha256
  }
  await changeRequest(db, request_id, { pdf_file_id: id, sha256 })
  await removeFile(running, request.pdf_file_id)
  await note(db, request_id, 'changed', { detail: sha256.toString('hex') })
  return sha256
}

const filing = ({ db, folder, person }: Running) => ({ db, folder, person })
