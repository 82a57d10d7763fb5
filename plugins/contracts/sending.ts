import { action, notFound, refuse, time } from '@patchbay/core'
import type { Asking, Hearing, Running } from '@patchbay/core'
import { saveFile } from '@patchbay/core/storage'
import { about, checkText, draftOf } from './drafting.ts'
import { SendForm } from './forms.ts'
import { fill } from './parties.ts'
import type { Filled, Filling } from './parties.ts'
import { contractPdf } from './printing.ts'
import {
  addVersion,
  changeContract,
  findByRequest,
  findContract,
  lastVersion,
  listSigners,
  lockContract,
  nextNumber
} from './queries.ts'
import type { Contract, PlannedSigner } from './queries.ts'
import { blocksOf } from './text.ts'
import type { Block } from './text.ts'

/* A draft is filled, frozen, printed and sent to be signed; and what becomes of it. */

/** What a contract is called among those that have it signed. */
const documentOf = (id: number): string => `contract:${id}`
const idOf = (document: string): number | undefined => {
  const id = /^contract:(\d+)$/.exec(document)?.[1]
  return id === undefined ? undefined : Number(id)
}

/** Sends a draft to be signed, once nothing is open in it: it has its number then, and does not change any more. */
export const sendContract = action({
  name: 'contracts.send',
  permission: 'contracts.write',
  input: SendForm,
  async run(running, { id, days, message }) {
    const { db, studio, ask, person, tell } = running
    const draft = await draftOf(running, id)
    checkText(draft.body)
    const signers = await listSigners(db, id)
    if (signers.length === 0) throw refuse({ '': 'contracts.errors.no_signer' })
    const filled = await fill(running, draft)
    if (filled.missing.length > 0) {
      throw refuse({
        '': { key: 'contracts.errors.missing', values: { n: filled.missing.length, gaps: filled.missing.join(', ') } }
      })
    }
    const year = Number(time.today(studio.timezone).slice(0, 4))
    const number = draft.number ?? (await nextNumber(db, year))
    const { t } = running.wordsIn(draft.language)
    const version = draft.version + 1
    const named = { ...draft, number }
    const { blocks, pdf } = await print(running, named, signers, await fill(running, named, number))
    const title = t(version > 1 ? 'contracts.paper.whole_version' : 'contracts.paper.whole', {
      number,
      title: draft.title,
      version
    })
    const until = time.addDays(time.today(studio.timezone), days + 1)
    const [asked] = await ask('signatures.ask', {
      running,
      document: documentOf(id),
      title,
      language: draft.language,
      pdf,
      signers,
      consent: t('contracts.paper.consent'),
      message,
      may_decline: true,
      expires_at: time.startOfDay(until, studio.timezone).toISOString(),
      early_start: earlyStart(filled, t)
    })
    if (!asked) throw new Error('nobody answers signatures.ask')
    const { request_id } = asked
    const { id: pdf_file_id } = await saveFile(running, pdf, { name: title, media_type: 'application/pdf' })
    await addVersion(db, {
      contract_id: id,
      number: version,
      request_id,
      title,
      blocks,
      pdf_file_id,
      made_by: person.id
    })
    await changeContract(db, id, { state: 'sent', number, version, request_id, sent_at: new Date() })
    tell('contracts.sent', { contract_id: id })
    return { ...named, version }
  },
  about
})

/** The contract as it would be sent now, or as it was. */
export async function print(
  { studio, wordsIn }: Pick<Filling, 'studio' | 'wordsIn'>,
  contract: Contract,
  signers: readonly PlannedSigner[],
  { values, seller }: Filled
): Promise<{ blocks: Block[]; pdf: Buffer }> {
  const blocks = blocksOf(contract.body, values)
  const pdf = await contractPdf(wordsIn(contract.language), {
    number: contract.number,
    title: contract.title,
    language: contract.language,
    studio: studio.name,
    seller,
    client: contract.client_name,
    blocks,
    signers,
    on: new Date()
  })
  return { blocks, pdf }
}

/** A private person whose session is within the 14 days in which they may withdraw asks expressly for it. */
function earlyStart({ client, sessions }: Filled, t: Running['t']): string | null {
  const consumer = !client.siren && !client.vat_number && (client.kind === 'person' || client.kind === 'band')
  const soon = sessions.some(({ starts_at }) => +starts_at > Date.now() && +starts_at < Date.now() + 14 * 864e5)
  return consumer && soon ? t('contracts.paper.early_start') : null
}

/** The text of a contract, on the page on which it is signed. */
export async function readingPart({ db }: Asking, { document }: { document: string }) {
  const id = idOf(document)
  const contract = id === undefined ? undefined : await findContract(db, id)
  const version = contract && (await lastVersion(db, contract.id))
  return version && { view: 'contracts/_reading', data: { blocks: version.blocks } }
}

/** All have signed. */
export async function conclude(
  _asking: Asking,
  { running, document, request_id }: Concluded
): Promise<true | undefined> {
  const contract = await waiting(running, document, request_id)
  if (!contract) return undefined
  await changeContract(running.db, contract.id, { state: 'signed', ended_at: new Date() })
  running.tell('contracts.signed', { contract_id: contract.id })
  return true
}

/** Somebody would not sign. */
export async function decline(
  _asking: Asking,
  { running, document, request_id, reason }: Concluded & { reason: string }
): Promise<true | undefined> {
  const contract = await waiting(running, document, request_id)
  if (!contract) return undefined
  await changeContract(running.db, contract.id, { state: 'declined', ended_at: new Date(), reason })
  running.tell('contracts.declined', { contract_id: contract.id })
  return true
}

/** Its time ran out, or it was withdrawn elsewhere than here. */
export async function endOfRequest({ db, ask, tell }: Hearing, { request_id }: { request_id: number }): Promise<void> {
  const [state] = await ask('signatures.state', { request_id })
  const id = await findByRequest(db, request_id)
  const contract = id === undefined ? undefined : await lockContract(db, id)
  if (contract?.state !== 'sent' || contract.request_id !== request_id) return
  await changeContract(db, contract.id, {
    state: state?.state === 'expired' ? 'expired' : 'cancelled',
    ended_at: new Date()
  })
  tell('contracts.ended', { contract_id: contract.id })
}

type Concluded = { running: Running; document: string; request_id: number }

/** The contract that waits for just this request. @throws notFound when it is ours and waits for another. */
async function waiting({ db }: Running, document: string, request_id: number): Promise<Contract | undefined> {
  const id = idOf(document)
  if (id === undefined) return undefined
  const contract = await lockContract(db, id)
  if (contract?.state !== 'sent' || contract.request_id !== request_id) throw notFound()
  return contract
}
