import { action, conflict, notFound } from '@patchbay/core'
import { endRequest, ownerOf } from './asking.ts'
import { SignerForm, WithdrawForm } from './forms.ts'
import { findRequest, findSigner, listSigners, lockRequest } from './queries.ts'
import { isTurn } from './signing.ts'
import { remindSigner } from './turns.ts'

/** Mails a signer their link once more. */
export const remind = action({
  name: 'signatures.remind',
  permission: 'signatures.write',
  input: SignerForm,
  async run({ db, tell, person }, { id }) {
    const known = await findSigner(db, id)
    const request = known && (await lockRequest(db, known.request_id))
    if (!request) throw notFound()
    const signers = await listSigners(db, request.id)
    const signer = signers.find(one => one.id === id)
    if (!signer || !isTurn(request, signer, signers)) throw conflict('signatures.errors.nothing_to_remind')
    await remindSigner({ db, tell }, { id, request_id: request.id, detail: person.name })
    return { request }
  },
  about: ({ request }) => ({ signature: request.id, ...ownerOf(request.document) })
})

/** Takes a paper back that waits to be signed. */
export const withdraw = action({
  name: 'signatures.withdraw',
  permission: 'signatures.write',
  input: WithdrawForm,
  confirm: true,
  async run(running, { request_id, reason }) {
    const request = await findRequest(running.db, request_id)
    if (!request) throw notFound()
    if (!(await endRequest(running, request_id, reason))) throw conflict('signatures.errors.closed')
    return { request }
  },
  about: ({ request }) => ({ signature: request.id, ...ownerOf(request.document) })
})
