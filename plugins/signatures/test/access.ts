import { newToken } from '../../../core/secrets.ts'
import { saveFile } from '../../../core/storage.ts'
import type { Body, DeclaredAccess, Making } from '../../../test/access/declared.ts'

const add = async ({ db }: Making, table: string, row: object): Promise<number> => {
  const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** One pixel. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

/** A paper that waits for its one signer, with their link; or one that is signed and sealed, with what was drawn. */
async function paper(making: Making, sealed = false): Promise<{ id: number; signer: number; token: string }> {
  const { db, folder } = making
  const name = `Contrat ${making.next()}`
  const { id: pdf_file_id, sha256 } = await saveFile({ db, folder }, Buffer.from(`%PDF-1.7 ${name}`), {
    name,
    media_type: 'application/pdf'
  })
  const at = new Date()
  const id = await add(making, 'signature_requests', {
    document: `papers:${Math.floor(Math.random() * 1e12) + 1}`,
    title: name,
    language: 'fr',
    consent: 'Oui',
    pdf_file_id,
    sha256,
    ...(sealed && {
      state: 'completed',
      ended_at: at,
      sealed_at: at,
      sealed_file_id: pdf_file_id,
      sealed_sha256: sha256,
      proof_file_id: pdf_file_id
    })
  })
  const signed = sealed && { signed_at: at, signed_name: 'Zoé', consent: 'Oui', drawing: dot }
  const somebody = { request_id: id, position: 1, step: 1, name: 'Zoé', email: 'zoe@example.test', ...signed }
  const signer = await add(making, 'signature_signers', somebody)
  const { token, hash } = newToken()
  await db('signature_links').insert({ signer_id: signer, token_hash: hash })
  return { id, signer, token }
}

/** A body that names a link. */
const link =
  (more: Body = {}) =>
  async (making: Making): Promise<Body> => ({ token: (await paper(making)).token, ...more })

const signature = { code: '123456', name: 'Zoé', consent: 'on' }

export const access: DeclaredAccess = {
  permissions: {
    'signatures.read': ['manager'],
    'signatures.write': ['manager'],
    'signatures.sign': ['visitor']
  },
  staff: `
GET  /static/signatures/*                          public            file
GET  /signatures                                   signatures.read   page
GET  /signatures/:id                               signatures.read   page
POST /signatures/:id/signers/:signer/reminder      signatures.write  write
POST /signatures/:id/withdrawal                    signatures.write  write
GET  /signatures/:id/paper.pdf                     signatures.read   data
GET  /signatures/:id/sealed.pdf                    signatures.read   data
GET  /signatures/:id/proof.json                    signatures.read   data
GET  /signatures/:id/signers/:signer/drawing       signatures.read   data
GET  /api/signatures/list                          signatures.read   api
POST /api/signatures/remind                        signatures.write  api
POST /api/signatures/withdraw                      signatures.write  api
POST /api/signatures/open                          signatures.sign   api
POST /api/signatures/ask_code                      signatures.sign   api
POST /api/signatures/sign                          signatures.sign   api
POST /api/signatures/decline                       signatures.sign   api
POST /api/signatures/verify                        signatures.sign   api
`,
  open: `
GET  /signatures/verify                            signatures.sign   page
POST /signatures/verify                            signatures.sign   write
GET  /signatures/:token                            signatures.sign   page
POST /signatures/:token/code                       signatures.sign   write
POST /signatures/:token/signature                  signatures.sign   write
POST /signatures/:token/refusal                    signatures.sign   write
GET  /signatures/:token/paper.pdf                  signatures.sign   data
GET  /signatures/:token/sealed.pdf                 signatures.sign   data
GET  /signatures/:token/proof.json                 signatures.sign   data
`,
  params: {
    '/s/:studio/signatures/:id': async (making, url) => {
      const { id, signer } = await paper(making, /sealed|proof|drawing/.test(url))
      return { id, ...(url.includes(':signer') && { signer }) }
    },
    '/o/:studio/signatures/:token': async (making, url) => ({
      token: (await paper(making, /sealed|proof/.test(url))).token
    })
  },
  bodies: {
    '/signatures/:id/withdrawal': { reason: 'Erreur' },
    '/api/signatures/remind': async making => ({ id: (await paper(making)).signer }),
    '/api/signatures/withdraw': async making => ({ request_id: (await paper(making)).id }),
    '/api/signatures/open': link(),
    '/api/signatures/ask_code': link(),
    '/api/signatures/sign': link(signature),
    '/api/signatures/decline': link({ reason: 'Non' }),
    '/api/signatures/verify': { sha256: 'a'.repeat(64) },
    '/o/:studio/signatures/verify': { sha256: 'a'.repeat(64) },
    '/o/:studio/signatures/:token/signature': signature,
    '/o/:studio/signatures/:token/refusal': { reason: 'Non' }
  }
}
