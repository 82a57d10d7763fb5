import { action, definePlugin, form, refuse } from '@patchbay/core'
import { document } from '@patchbay/core/documents'
import { z } from 'zod'
import type { Test } from 'tap'
import { openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'
import type { PaperToSign } from '../contract.ts'
import { signatures } from '../plugin.ts'

/** What a plugin that has papers signed does, as little of it as will do. */

/** What became of the papers: `concluded 1`, `refused 2 Trop cher`. */
export const fates: string[] = []
/** Set: the last signature is not accepted. */
export const mood = { refuses: false }

export const paper = (text: string): Promise<Buffer> =>
  document(
    { title: 'Contrat & été', locale: 'fr', studio: { name: 'Studio Test' }, created: new Date('2026-11-01') },
    on => on.paragraph(text)
  )

const ask = action({
  name: 'papers.ask',
  permission: 'papers.write',
  input: form({ wanted: z.custom<Omit<PaperToSign, 'pdf'> & { pdf: string }>() }),
  async run(running, { wanted }) {
    const pdf = Buffer.from(wanted.pdf, 'base64')
    const [asked] = await running.ask('signatures.ask', { running, ...wanted, pdf })
    if (!asked) throw new Error('nobody answered')
    return asked
  },
  about: () => ({})
})

const withdraw = action({
  name: 'papers.withdraw',
  permission: 'papers.write',
  input: form({ request_id: z.number() }),
  async run(running, { request_id }) {
    return (await running.ask('signatures.withdraw', { running, request_id }))[0]
  },
  about: () => ({})
})

const papers = definePlugin({
  id: 'papers',
  dir: import.meta.dirname,
  requires: ['signatures'],
  permissions: { 'papers.write': [] },
  actions: [ask, withdraw],
  answers: {
    async 'signatures.settle'(_asking, { document, choices }) {
      if (!document.startsWith('papers:')) return undefined
      if (choices['choice_size'] === 'gigantic') throw refuse({ choice_size: 'fields.too_large' })
      return choices['choice_size'] ? { pdf: await paper(`Taille ${choices['choice_size']}`) } : undefined
    },
    async 'signatures.concluded'(_asking, { document }) {
      if (mood.refuses) throw refuse({ '': 'fields.invalid' })
      fates.push(`concluded ${document}`)
      return true
    },
    async 'signatures.refused'(_asking, { document, reason }) {
      fates.push(`refused ${document} ${reason}`)
      return true
    }
  }
})

export const openPapers = (t: Test): Promise<House> => openStudio(t, { plugins: [signatures, papers] })

let made = 0

/** A paper sent to be signed, by whoever owns the studio. */
export async function send(
  house: House,
  more: Partial<PaperToSign> = {}
): Promise<{ request_id: number; tokens: string[]; document: string }> {
  const document = more.document ?? `papers:${++made}`
  const wanted = {
    document,
    title: 'Contrat d’été n° 7 & <b>plus</b>',
    language: 'fr',
    consent: 'Lu et approuvé : {title}',
    message: null,
    may_decline: true,
    expires_at: null,
    early_start: null,
    pdf: await paper('Bonjour'),
    signers: [{ name: 'Zoé Ferrand', email: 'Zoe@Example.test', role: null, step: 1 }],
    ...more
  }
  const answer = await house.owner.api('POST', '/papers/ask', {
    wanted: { ...wanted, pdf: wanted.pdf.toString('base64') }
  })
  const { value } = answer.json<{ value: { request_id: number; links: string[] } }>()
  const tokens = value.links.map(link => /signatures\/([\w-]{43})$/.exec(link)?.[1] ?? '')
  await house.settle()
  return { request_id: value.request_id, tokens, document }
}

export const takeBack = (house: House, request_id: number) =>
  house.owner.api('POST', '/papers/withdraw', { request_id })
