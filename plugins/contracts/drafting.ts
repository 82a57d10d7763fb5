import { action, conflict, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { CancelForm, ContractForm, ContractIdForm, GapsForm, SignersForm, TextForm, settingsOf } from './forms.ts'
import { strayBraces } from './text.ts'
import { unknownGaps } from './gaps.ts'
import { findPreset } from './presets.ts'
import {
  addContract,
  changeContract,
  copyAround,
  findClient,
  findClientNamed,
  findOwner,
  findSessionClient,
  linkSessions,
  lockContract,
  ownSessions,
  removeContract,
  setSigners
} from './queries.ts'
import type { Client, Contract, PlannedSigner } from './queries.ts'
import { findTemplate } from './template-queries.ts'

/* A contract while it is written. */

type About = { id: number; client_id: number }
export const about = ({ id, client_id }: About) => ({ contract: id, client: client_id })

/** Writes a contract from a template or a preset, for a client and perhaps some of their sessions. */
export const makeContract = action({
  name: 'contracts.make',
  permission: 'contracts.write',
  input: ContractForm,
  async run(running, input) {
    const { db, person, tell } = running
    const client = await clientOf(running, input)
    const text = await textOf(running, input.template)
    const session_ids = await ownSessions(db, client.id, input.session_ids)
    if (session_ids.length < input.session_ids.length) throw refuse({ session_ids: 'contracts.errors.other_client' })
    const title = input.title ?? `${text.name}, ${client.artist_name ?? client.name}`.slice(0, 150)
    const { body, language, template_version_id } = text
    const id = await addContract(db, {
      title,
      body,
      language,
      template_version_id,
      client_id: client.id,
      created_by: person.id
    })
    await linkSessions(db, id, session_ids)
    await setSigners(db, id, await expectedSigners(running, client))
    tell('contracts.drafted', { contract_id: id })
    return { id, client_id: client.id }
  },
  about
})

/** Changes the text of a draft. */
export const writeText = action({
  name: 'contracts.write',
  permission: 'contracts.write',
  input: TextForm,
  async run(running, { id, title, body }) {
    const contract = await draftOf(running, id)
    checkText(body)
    running.changed(contract, { title })
    await changeContract(running.db, id, { title, body })
    running.tell('contracts.drafted', { contract_id: id })
    return contract
  },
  about
})

/** Fills gaps by hand; an empty value gives the gap back to what is known. */
export const fillGaps = action({
  name: 'contracts.fill',
  permission: 'contracts.write',
  input: GapsForm,
  async run(running, { id, gaps }) {
    const contract = await draftOf(running, id)
    const wrong = gaps.findIndex(({ name }) => unknownGaps(`{{${name}}}`).length > 0)
    if (wrong >= 0) throw refuse({ [`gaps.${wrong}.value`]: 'contracts.errors.no_such_gap' })
    const filled: Record<string, string> = { ...contract.gaps }
    for (const { name, value } of gaps) {
      if (value === null) delete filled[name]
      else filled[name] = value
    }
    await changeContract(running.db, id, { gaps: JSON.stringify(filled) })
    running.tell('contracts.drafted', { contract_id: id })
    return contract
  },
  about
})

/** Says who signs, in which order. */
export const chooseSigners = action({
  name: 'contracts.choose_signers',
  permission: 'contracts.write',
  input: SignersForm,
  async run(running, { id, signers }) {
    const contract = await draftOf(running, id)
    const twice = signers.findIndex((one, at) =>
      signers.some((other, before) => before < at && other.email === one.email)
    )
    if (twice >= 0) throw refuse({ [`signers.${twice}.email`]: 'contracts.errors.signer_twice' })
    await setSigners(running.db, id, signers)
    running.tell('contracts.drafted', { contract_id: id })
    return contract
  },
  about
})

/** Writes a new contract with the same text, client, sessions and signers. */
export const copyContract = action({
  name: 'contracts.copy',
  permission: 'contracts.write',
  input: ContractIdForm,
  async run(running, { id }) {
    const { db, person, tell } = running
    const from = await lockContract(db, id)
    if (!from) throw notFound()
    const copied = await copyOf(db, from, person.id)
    tell('contracts.drafted', { contract_id: copied })
    return { id: copied, client_id: from.client_id }
  },
  about
})

/** Throws a draft away that was never sent. */
export const dropContract = action({
  name: 'contracts.drop',
  permission: 'contracts.write',
  input: ContractIdForm,
  confirm: true,
  async run(running, { id }) {
    const contract = await draftOf(running, id)
    if (contract.version > 0) throw conflict('contracts.errors.was_sent')
    await removeContract(running.db, id)
    running.tell('contracts.drafted', { contract_id: id })
    return contract
  },
  about
})

/** Takes back what waits to be signed, or what was declined or ran out: it is a draft again, for a next version. */
export const reviseContract = action({
  name: 'contracts.revise',
  permission: 'contracts.write',
  input: ContractIdForm,
  async run(running, { id }) {
    const contract = await lockContract(running.db, id)
    if (!contract) throw notFound()
    if (contract.state === 'draft' || contract.state === 'signed') throw conflict('contracts.errors.not_to_revise')
    await changeContract(running.db, id, { state: 'draft', ended_at: null, reason: null })
    if (contract.state === 'sent') await takeBack(running, contract)
    running.tell('contracts.drafted', { contract_id: id })
    return contract
  },
  about
})

/** Gives up a contract that waits to be signed; the signers are told. */
export const cancelContract = action({
  name: 'contracts.cancel',
  permission: 'contracts.write',
  input: CancelForm,
  confirm: true,
  async run(running, { id, reason }) {
    const contract = await lockContract(running.db, id)
    if (!contract) throw notFound()
    if (contract.state !== 'sent') throw conflict('contracts.errors.not_sent')
    await changeContract(running.db, id, { state: 'cancelled', ended_at: new Date(), reason })
    await takeBack(running, contract)
    running.tell('contracts.ended', { contract_id: id })
    return contract
  },
  about
})

/** A draft, kept from others until the transaction ends. @throws notFound, or conflict for what was sent. */
export async function draftOf({ db }: Running, id: number): Promise<Contract> {
  const contract = await lockContract(db, id)
  if (!contract) throw notFound()
  if (contract.state !== 'draft') throw conflict('contracts.errors.frozen')
  return contract
}

/** @throws a refusal of `body` for gaps that nobody could fill, and braces that are none. */
export function checkText(body: string): void {
  const [unknown] = unknownGaps(body)
  if (unknown) throw refuse({ body: { key: 'contracts.errors.unknown_gap', values: { gap: `{{${unknown}}}` } } })
  const stray = strayBraces(body)
  if (stray !== undefined) throw refuse({ body: { key: 'contracts.errors.stray_braces', values: { text: stray } } })
}

async function takeBack(running: Running, { request_id }: Contract): Promise<void> {
  if (request_id !== null) await running.ask('signatures.withdraw', { running, request_id })
}

async function copyOf(db: Running['db'], from: Contract, created_by: number | null): Promise<number> {
  const { title, body, language, client_id } = from
  const id = await addContract(db, { title, body, language, client_id, gaps: JSON.stringify(from.gaps), created_by })
  await copyAround(db, from.id, id)
  return id
}

type Wanted = { client_id: number | null; client_name: string | null; session_ids: number[] }

/** Whom it is with: as picked, as typed, or whose session it is. */
async function clientOf({ db }: Running, { client_id, client_name, session_ids }: Wanted): Promise<Client> {
  const [session] = session_ids
  const typed = client_id === null && client_name !== null ? await findClientNamed(db, client_name) : undefined
  const theirs = session === undefined ? undefined : await findSessionClient(db, session)
  const id = client_id ?? typed ?? (client_name === null ? theirs?.client_id : null)
  const client = id ? await findClient(db, id) : undefined
  if (!client) throw refuse({ client_id: 'contracts.errors.client' })
  return client
}

async function textOf({ db }: Running, template: string) {
  const preset = findPreset(template)
  if (preset) return { ...preset, template_version_id: null }
  const found = /^\d{1,15}$/.test(template) ? await findTemplate(db, Number(template)) : undefined
  if (!found || found.archived_at) throw refuse({ template: 'contracts.errors.template' })
  return { name: found.name, language: found.language, body: found.body, template_version_id: found.version_id }
}

/** The client first, then the studio's representative. Without an address somebody has to add one. */
async function expectedSigners({ db, settings, person }: Running, client: Client): Promise<PlannedSigner[]> {
  const { representative_name, representative_email, representative_role } = settingsOf(settings)
  const owner = await findOwner(db)
  const name = client.kind === 'person' ? client.name : (client.legal_name ?? client.name)
  const studio = { name: representative_name ?? owner?.name ?? person.name, role: representative_role }
  const email = representative_email ?? owner?.email
  return [
    ...(client.email ? [{ step: 1, name, email: client.email, role: null }] : []),
    ...(email && email !== client.email ? [{ step: 2, ...studio, email }] : [])
  ]
}
