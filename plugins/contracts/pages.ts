import { notFound } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { settingsOf } from './forms.ts'
import { gapNames, unknownGaps } from './gaps.ts'
import { fill } from './parties.ts'
import type { Filling } from './parties.ts'
import { presets } from './presets.ts'
import { findClient, findContract, listSigners, listVersions, sessionsOfClient } from './queries.ts'
import type { Contract } from './queries.ts'
import { findTemplate, listTemplates, listTemplateVersions } from './template-queries.ts'
import { blocksOf, gapsIn } from './text.ts'

/* What the pages show. */

const styles = ['/static/contracts/contracts.css']

/** What fills a contract, from a page's request. */
export const filling = (request: FastifyRequest): Filling => ({
  db: request.db,
  // a method of the request: on its own it would not know whose
  ask: (question, input, db) => request.ask(question, input, db),
  studio: request.studio,
  settings: request.switched.settings('contracts'),
  wordsIn: locale => request.wordsIn(locale)
})

/** A contract, what it says, what it lacks and how far it is. */
export async function card(request: FastifyRequest) {
  const contract = await contractIn(request)
  const { db } = request
  const signers = await listSigners(db, contract.id)
  const versions = await listVersions(db, contract.id)
  const filled = await fill(filling(request), contract)
  const sent = contract.state === 'draft' ? undefined : versions[0]
  const [state] =
    contract.request_id === null ? [] : await request.ask('signatures.state', contract as { request_id: number })
  const byHand = gapsIn(contract.body).filter(name => contract.gaps[name] !== undefined)
  return {
    title: contract.title,
    contract,
    signers,
    versions,
    sessions: filled.sessions,
    missing: filled.missing,
    byHand,
    unknown: unknownGaps(contract.body),
    blocks: sent?.blocks ?? blocksOf(contract.body, filled.values),
    state,
    days: settingsOf(request.switched.settings('contracts')).valid_days,
    styles,
    errors: {},
    values: {}
  }
}

export async function editPage(request: FastifyRequest) {
  const contract = await contractIn(request)
  const { t } = request.words()
  const values = { title: contract.title, body: contract.body }
  return { title: t('contracts.edit.title', { title: contract.title }), contract, gapNames, styles, errors: {}, values }
}

/** The form of a new contract: for a client, or for a session's. */
export async function newPage(request: FastifyRequest, given: Record<string, unknown>) {
  const { db } = request
  const { t, locale } = request.words()
  const id = Number(given['client_id'])
  const client = Number.isSafeInteger(id) && id > 0 ? await findClient(db, id) : undefined
  const templates = (await listTemplates(db)).filter(({ archived_at }) => archived_at === null)
  const offered = presets.toSorted((a, b) => Number(b.language === locale) - Number(a.language === locale))
  const picked = [given['session_ids'] ?? given['session_id'] ?? []].flat().map(String)
  const ids = picked.map(Number).filter(one => Number.isSafeInteger(one) && one > 0)
  const sessions = client ? await sessionsOfClient(db, client.id, ids) : []
  const values = {
    ...given,
    client_id: client?.id ?? '',
    client_name: client?.name ?? given['client_name'] ?? '',
    session_ids: picked
  }
  return { title: t('contracts.new.title'), client, sessions, templates, presets: offered, styles, errors: {}, values }
}

/** A template with its texts; a new one from a preset, or from nothing. */
export async function templatePage(request: FastifyRequest) {
  const { t } = request.words()
  const template = await findTemplate(request.db, request.recordId())
  if (!template) throw notFound()
  const versions = await listTemplateVersions(request.db, template.id)
  const values = { name: template.name, body: template.body }
  return {
    title: t('contracts.templates.one', { name: template.name }),
    template,
    versions,
    gapNames,
    styles,
    errors: {},
    values
  }
}

export function newTemplatePage(request: FastifyRequest) {
  const { t, locale } = request.words()
  const { preset: wanted } = request.query as { preset?: unknown }
  const preset = presets.find(({ key }) => key === wanted)
  const values = preset
    ? { name: preset.name, body: preset.body, language: preset.language, preset: preset.key }
    : { language: locale }
  return {
    title: t('contracts.templates.new'),
    template: undefined,
    versions: [],
    preset,
    gapNames,
    styles,
    errors: {},
    values
  }
}

async function contractIn(request: FastifyRequest): Promise<Contract> {
  const contract = await findContract(request.db, request.recordId())
  if (!contract) throw notFound()
  return contract
}
