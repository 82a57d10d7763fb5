import type { Hearing } from '@patchbay/core'
import { readStored, saveFile } from '@patchbay/core/storage'
import { listEvents, note } from '../event-queries.ts'
import { changeRequest, findDrawing, listSigners, lockRequest } from '../queries.ts'
import { certificatePdf } from './certificate.ts'
import { sealKey } from './keys.ts'
import { sealPdf } from './pades.ts'
import { proofOf } from './proof.ts'

/**
 * Seals a paper once all have signed: behind it the pages that prove it, over all of it the studio's seal, beside it the
 * proof as a file. It happens after the last signature is kept, so that no mishap here can undo that; tried again until done.
 */
export async function sealWhenComplete(hearing: Hearing, { request_id }: { request_id: number }): Promise<void> {
  const { db, studio, address, wordsIn, folder, tell } = hearing
  const request = await lockRequest(db, request_id)
  if (request?.state !== 'completed' || request.sealed_at !== null) return
  const signers = []
  for (const signer of await listSigners(db, request_id)) {
    signers.push({ ...signer, drawing: signer.drawn ? await findDrawing(db, signer.id) : undefined })
  }
  const proof = proofOf(studio.name, request, signers, await listEvents(db, request_id))
  const words = wordsIn(request.language)
  const printing = {
    ...words,
    locale: request.language,
    verify: address('/signatures/verify', 'open'),
    zone: studio.timezone
  }
  const pages = await certificatePdf(
    printing,
    proof,
    signers.map(({ drawing }) => drawing)
  )
  const paper = await readStored({ db, folder }, request.pdf_file_id)
  const sealed_at = new Date()
  const reason = words.t('signatures.paper.reason', { title: request.title })
  const pdf = await sealPdf(paper, pages, await sealKey(hearing), { name: studio.name, reason, at: sealed_at })
  const name = request.title
  const { id: sealed_file_id, sha256: sealed_sha256 } = await saveFile({ db, folder }, pdf, {
    name,
    media_type: 'application/pdf'
  })
  const whole = { ...proof, sealed: { sha256: sealed_sha256.toString('hex'), at: sealed_at.toISOString() } }
  const file = Buffer.from(`${JSON.stringify(whole, null, 2)}\n`)
  const { id: proof_file_id } = await saveFile({ db, folder }, file, { name, media_type: 'application/json' })
  await changeRequest(db, request_id, { sealed_file_id, sealed_sha256, proof_file_id, sealed_at })
  await note(db, request_id, 'sealed', { detail: sealed_sha256.toString('hex') })
  tell('signatures.completed', { request_id })
}
