import { saveFile } from '../../../core/storage.ts'
import type { Body, DeclaredAccess, Making } from '../../../test/access/declared.ts'

const add = async ({ db }: Making, table: string, row: object): Promise<number> => {
  const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

const body = '# Objet\n\nPour {{client.name}}.'

/** A draft with somebody to sign it, so that it could be sent. */
async function contract(making: Making): Promise<number> {
  const client_id = await making.records.client()
  const id = await add(making, 'contracts', { title: `Contrat ${making.next()}`, language: 'fr', client_id, body })
  await making.db('contract_signers').insert({
    contract_id: id,
    step: 1,
    position: 1,
    name: 'Zoé',
    email: 'zoe@example.test'
  })
  return id
}

async function file({ db, next, person }: Making): Promise<number> {
  const row = {
    key: next().replace(/\D/g, '').padStart(32, '0').slice(-32),
    name: 'Contrat',
    media_type: 'application/pdf'
  }
  const content = { bytes: 1, sha256: Buffer.alloc(32), created_by: person }
  const [made] = await db('files')
    .insert({ ...row, ...content })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** A contract that waits to be signed. */
async function sent(making: Making): Promise<number> {
  const id = await contract(making)
  const request_id = await add(making, 'signature_requests', {
    document: `contract:${id}`,
    title: 'Contrat',
    language: 'fr',
    consent: 'Oui',
    pdf_file_id: await file(making),
    sha256: Buffer.alloc(32)
  })
  const number = `C2026-${String(10_000 + id)}`
  await making.db('contracts').where({ id }).update({ state: 'sent', number, request_id, version: 1 })
  return id
}

const template = async (making: Making): Promise<number> => {
  const id = await add(making, 'contract_templates', { name: `Modèle ${making.next()}`, language: 'fr' })
  await making.db('contract_template_versions').insert({ template_id: id, number: 1, body })
  return id
}

const api =
  (make: (making: Making) => Promise<number>, more: Body = {}) =>
  async (making: Making): Promise<Body> => ({ id: await make(making), ...more })

const wanted = async (making: Making): Promise<Body> => ({
  template: 'service_fr',
  client_id: await making.records.client()
})
const named = async ({ next }: Making): Promise<Body> => ({ name: `Modèle ${next()}`, language: 'fr', body })
const text = { title: 'Contrat', body }

export const access: DeclaredAccess = {
  permissions: {
    'contracts.read': ['manager'],
    'contracts.write': ['manager']
  },
  staff: `
GET  /static/contracts/*                    public           file
GET  /contracts                             contracts.read   page
POST /contracts                             contracts.write  write
GET  /contracts/new                         contracts.write  page
GET  /contracts/templates                   contracts.read   page
POST /contracts/templates                   contracts.write  write
GET  /contracts/templates/new               contracts.write  page
GET  /contracts/templates/:id               contracts.read   page
POST /contracts/templates/:id               contracts.write  write
POST /contracts/templates/:id/archiving     contracts.write  write
POST /contracts/templates/:id/restoring     contracts.write  write
GET  /contracts/:id                         contracts.read   page
GET  /contracts/:id/text                    contracts.write  page
POST /contracts/:id/text                    contracts.write  write
POST /contracts/:id/gaps                    contracts.write  write
POST /contracts/:id/signers                 contracts.write  write
POST /contracts/:id/sending                 contracts.write  write
POST /contracts/:id/revision                contracts.write  write
POST /contracts/:id/cancellation            contracts.write  write
POST /contracts/:id/copies                  contracts.write  write
POST /contracts/:id/removal                 contracts.write  write
GET  /contracts/:id/preview.pdf             contracts.read   data
GET  /contracts/:id/versions/:version       contracts.read   data
GET  /api/contracts/list                    contracts.read   api
POST /api/contracts/make                    contracts.write  api
POST /api/contracts/write                   contracts.write  api
POST /api/contracts/fill                    contracts.write  api
POST /api/contracts/choose_signers          contracts.write  api
POST /api/contracts/send                    contracts.write  api
POST /api/contracts/revise                  contracts.write  api
POST /api/contracts/cancel                  contracts.write  api
POST /api/contracts/copy                    contracts.write  api
POST /api/contracts/drop                    contracts.write  api
POST /api/contracts/add_template            contracts.write  api
POST /api/contracts/change_template         contracts.write  api
POST /api/contracts/archive_template        contracts.write  api
POST /api/contracts/restore_template        contracts.write  api
`,
  params: {
    '/s/:studio/contracts/templates/:id': async making => ({ id: await template(making) }),
    '/s/:studio/contracts/:id/versions/:version': async making => {
      const id = await sent(making)
      const { db, folder, next } = making
      const kept = await saveFile({ db, folder }, Buffer.from(`%PDF-1.7 ${next()}`), {
        name: 'Contrat',
        media_type: 'application/pdf'
      })
      const { request_id } = await db('contracts').where({ id }).first<{ request_id: number }>('request_id')
      const row = { contract_id: id, number: 1, request_id, title: 'Contrat', blocks: '[]', pdf_file_id: kept.id }
      return { id, version: await add(making, 'contract_versions', row) }
    },
    '/s/:studio/contracts/:id': async (making, url) => ({
      id: /revision|cancellation/.test(url) ? await sent(making) : await contract(making)
    })
  },
  bodies: {
    '/contracts': wanted,
    '/contracts/templates': named,
    '/contracts/templates/:id': async ({ next }) => ({ name: `Modèle ${next()}`, body }),
    '/contracts/:id/text': text,
    '/contracts/:id/gaps': { 'gaps.0.name': 'other.prix', 'gaps.0.value': '10 €' },
    '/contracts/:id/signers': {
      'signers.0.step': 1,
      'signers.0.name': 'Zoé',
      'signers.0.email': 'zoe@example.test',
      'signers.0.role': ''
    },
    '/contracts/:id/sending': { days: 14 },
    '/contracts/:id/cancellation': { reason: 'Erreur' },
    '/api/contracts/make': wanted,
    '/api/contracts/write': api(contract, text),
    '/api/contracts/fill': api(contract),
    '/api/contracts/choose_signers': api(contract),
    '/api/contracts/send': api(contract, { days: 14 }),
    '/api/contracts/revise': api(sent),
    '/api/contracts/cancel': api(sent),
    '/api/contracts/copy': api(contract),
    '/api/contracts/drop': api(contract),
    '/api/contracts/add_template': named,
    '/api/contracts/change_template': async making => ({
      id: await template(making),
      name: `Modèle ${making.next()}`,
      body
    }),
    '/api/contracts/archive_template': api(template),
    '/api/contracts/restore_template': api(template)
  }
}
