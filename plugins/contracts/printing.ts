import type { Context } from '@patchbay/core'
import { document } from '@patchbay/core/documents'
import { issuerParty, legalLine } from '@patchbay/core/documents/letterhead'
import type { Locale } from '@patchbay/core/i18n'
import type { Seller } from '../legal/contract.ts'
import type { PlannedSigner } from './queries.ts'
import { wordsOf } from './text.ts'
import type { Block } from './text.ts'

export interface ToPrint {
  /** Null while it is a draft. */
  number: string | null
  title: string
  language: Locale
  studio: string
  seller: Seller | undefined
  client: string
  blocks: readonly Block[]
  signers: readonly PlannedSigner[]
  /** When it was made; the same contract gives the same bytes. */
  on: Date
}

/** A contract as a PDF, with places for the names of those who sign. */
export function contractPdf(
  { t }: Pick<Context, 't'>,
  { number, title, language, studio, seller, client, blocks, signers, on }: ToPrint
): Promise<Buffer> {
  const voice = { t, locale: language }
  const party = seller ? issuerParty(seller, voice) : { name: studio, lines: [] }
  const head = {
    title,
    subtitle: [number ?? t('contracts.paper.draft'), client].join(' · '),
    locale: language,
    studio: { name: party.name, lines: [...party.lines], colour: seller?.colour ?? null },
    created: on
  }
  return document(head, paper => {
    for (const block of blocks) {
      if (block.kind === 'heading') paper.heading(wordsOf(block.runs))
      else if (block.kind === 'list') paper.list(block.items.map(wordsOf))
      else if (block.kind === 'note') paper.note(wordsOf(block.runs))
      else paper.paragraph(wordsOf(block.runs))
    }
    if (signers.length > 0) {
      paper.heading(t('contracts.paper.signers'))
      paper.table({
        columns: [
          { label: t('contracts.paper.signer'), width: 3 },
          { label: t('contracts.paper.role'), width: 2 }
        ],
        rows: signers.map(({ name, role }) => [name, role ?? ''])
      })
      paper.paragraph(t('contracts.paper.online'), 'small')
    }
    if (seller) paper.paragraph(legalLine(seller, voice), 'small')
  })
}
