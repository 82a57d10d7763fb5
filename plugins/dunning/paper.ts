import { notFound, time } from '@patchbay/core'
import { document } from '@patchbay/core/documents'
import type { FastifyRequest } from 'fastify'
import { findLetter, findPaper } from './queries.ts'
import type { Letter } from './queries.ts'
import type { Seller } from '../legal/contract.ts'

/** A letter on paper, to be sent by registered post: a formal notice counts when it can be proven. @throws notFound */
export async function letterPaper(request: FastifyRequest, id: number): Promise<{ name: string; pdf: Buffer }> {
  const letter = await findLetter(request.db, id)
  if (!letter || letter.state === 'skipped') throw notFound()
  const { number, client_id } = await findPaper(request.db, letter.invoice_id)
  const day = time.localOf(letter.at, request.studio.timezone).day
  const [seller] = await request.ask('legal.seller', { on: day, language: letter.language })
  const [buyer] = await request.ask('invoices.buyer', { client_id: client_id })
  const { t, fmt } = request.wordsIn(letter.language)
  const to = buyer
    ? [buyer.name, buyer.address, `${buyer.postal_code} ${buyer.city}`, buyer.country === 'FR' ? '' : buyer.country]
    : []
  const pdf = await document(
    {
      title: letter.subject,
      subtitle: fmt.date(day),
      locale: letter.language,
      created: letter.at,
      studio: { name: seller?.name ?? request.studio.name, lines: linesOf(seller), colour: seller?.colour ?? null }
    },
    paper => {
      paper.facts([{ label: t('dunning.letter.to'), value: to.filter(Boolean).join('\n'), wide: true }])
      for (const paragraph of letter.body.split(/\n{2,}/)) paper.paragraph(paragraph)
      paper.table({
        columns: [
          { label: t('dunning.letter.sum'), width: 3 },
          { label: t('dunning.letter.amount'), align: 'right' }
        ],
        rows: sums(letter).map(([key, cents]) => [t(key, { number }), fmt.money(cents, letter.currency)]),
        foot: [
          [
            t('dunning.letter.total'),
            fmt.money(letter.open_cents + letter.penalty_cents + letter.fee_cents, letter.currency)
          ]
        ]
      })
    }
  )
  return { name: `${number.replaceAll('/', '-')}-${letter.id}`, pdf }
}

const sums = ({ open_cents, penalty_cents, fee_cents }: Letter): [string, number][] => [
  ['dunning.letter.of_invoice', open_cents],
  ...(penalty_cents > 0 ? ([['dunning.letter.of_penalty', penalty_cents]] as [string, number][]) : []),
  ...(fee_cents > 0 ? ([['dunning.letter.of_fee', fee_cents]] as [string, number][]) : [])
]

/** Address and numbers of whoever writes. */
const linesOf = (seller: Seller | undefined): string[] =>
  seller
    ? [
        seller.address,
        `${seller.postal_code} ${seller.city}`,
        seller.email ?? '',
        seller.siren ? `SIREN ${seller.siren}` : ''
      ].filter(line => line.trim() !== '')
    : []
