import type { Context } from '@patchbay/core'
import { document } from '@patchbay/core/documents'
import type { Paper } from '@patchbay/core/documents'
import type { Locale } from '@patchbay/core/i18n'
import type { Proof, SignerProof } from './proof.ts'

/** In whose words, and where the proof can be checked. */
export interface Printing extends Pick<Context, 't' | 'fmt'> {
  locale: Locale
  /** The page on which anybody checks a document, whole. */
  verify: string
  /** IANA: what times are said in. */
  zone: string
}

/** The pages that are put behind a signed paper: who signed it, when, from where, saying what. */
export function certificatePdf(
  words: Printing,
  proof: Proof,
  drawings: readonly (Buffer | undefined)[]
): Promise<Buffer> {
  const { t, locale } = words
  const say = (key: string, values?: Record<string, string | number>) => t(`signatures.paper.${key}`, values)
  const head = {
    title: say('title'),
    subtitle: proof.document.title,
    locale,
    studio: { name: proof.studio },
    created: new Date(proof.completed_at)
  }
  return document(head, paper => {
    paper.paragraph(say('what'))
    paper.facts([
      { label: say('document'), value: proof.document.title },
      { label: say('completed'), value: stamp(words, proof.completed_at) },
      { label: say('sha256'), value: grouped(proof.document.sha256), wide: true }
    ])
    proof.signers.forEach((signer, index) => signature(words, paper, signer, drawings[index]))
    paper.heading(say('events'))
    paper.table({
      columns: [
        { label: say('at'), width: 2 },
        { label: say('event'), width: 3 },
        { label: say('who'), width: 2 },
        { label: say('from'), width: 2 }
      ],
      rows: proof.events.map(({ at, kind, signer, ip, detail }) => [
        compact(words, at),
        [t(`signatures.events.${kind}`), kind === 'mailed' || kind === 'code_sent' ? detail : null]
          .filter(Boolean)
          .join(' · '),
        signer ?? proof.studio,
        ip ?? ''
      ])
    })
    paper.note(say('level'))
    paper.paragraph(say('verify', { address: words.verify }), 'small')
    paper.paragraph(say('zone', { zone: words.zone }), 'small')
  })
}

function signature({ t, fmt }: Printing, paper: Paper, signer: SignerProof, drawing: Buffer | undefined): void {
  const say = (key: string, values?: Record<string, string | number>) => t(`signatures.paper.${key}`, values)
  const at = (iso: string | null) => (iso === null ? '' : stamp({ fmt }, iso))
  paper.heading(say('signer', { name: signer.signed_as }))
  paper.facts([
    { label: say('name'), value: [signer.signed_as, signer.role].filter(Boolean).join(', ') },
    { label: say('email'), value: signer.email },
    { label: say('opened'), value: at(signer.opened_at) },
    { label: say('code'), value: at(signer.code_sent_at) },
    { label: say('signed'), value: at(signer.signed_at) },
    { label: say('ip'), value: signer.ip ?? '' },
    { label: say('agent'), value: signer.agent ?? '', wide: true },
    { label: say('consent', { version: signer.consent_version }), value: signer.consent, wide: true },
    ...(signer.early_start === null ? [] : [{ label: say('early_start'), value: signer.early_start, wide: true }])
  ])
  if (drawing)
    paper.images([{ content: drawing, caption: say('drawing', { sha256: signer.drawing_sha256 ?? '' }) }], {
      height: 70
    })
}

/** To the second: what is proven is proven to that. */
const stamp = ({ fmt }: Pick<Context, 'fmt'>, iso: string): string => {
  const at = new Date(iso)
  return `${fmt.date(at)} ${fmt.time(at)}:${String(at.getUTCSeconds()).padStart(2, '0')}`
}

/** The same for tables. */
const compact = ({ fmt }: Pick<Context, 'fmt'>, iso: string): string => {
  const { day, clock } = fmt.field(new Date(iso))
  return `${day} ${clock}:${iso.slice(17, 19)}`
}

/** A hash in groups of eight, so that it can be compared by eye. */
const grouped = (hash: string): string => hash.match(/.{1,8}/g)?.join(' ') ?? hash
