import type { Translate } from '@patchbay/core/i18n'
import type { Format } from '@patchbay/core/format'
import { readStored } from '@patchbay/core/storage'
import type { Delivery } from './adapter.ts'
import type { Sendable } from './queries.ts'

/** By mail: the PDF attached, a link to the page where it is paid. The mail itself waits in the house's own queue. */
export const byMail: Delivery = {
  channel: 'mail',
  async carryOut(carrying, invoice, { recipient, mail_key, subject, message }) {
    const { studio, address, sealed, wordsIn, mail } = carrying
    const { t, fmt } = wordsIn(invoice.language)
    const words = letterOf(invoice, studio.name, { t, fmt })
    const content = await readStored(carrying, invoice.pdf_file_id)
    const token = invoice.token_sealed && sealed.open(invoice.token_sealed, `link:${invoice.id}`)
    await mail({
      key: mail_key ?? '',
      ever: true,
      to: recipient ?? '',
      locale: invoice.language,
      subject: subject ?? words.subject,
      lines: (message ?? words.message).split(/\n{2,}/),
      ...(token && {
        button: { label: t('invoices.delivery.mail.button'), href: address(`/invoices/${token}`, 'open') }
      }),
      note: t('invoices.delivery.mail.note', { studio: studio.name }),
      attachments: [{ name: `${fileName(invoice.number)}.pdf`, type: 'application/pdf', content }]
    })
    return { state: 'done' }
  }
}

/** What a mail says when nobody wrote another text, in the invoice's language. */
export function letterOf(
  invoice: Pick<Sendable, 'kind' | 'number' | 'currency' | 'due_date' | 'open_cents' | 'total_cents'>,
  studio: string,
  { t, fmt }: { t: Translate; fmt: Format }
): { subject: string; message: string } {
  const { kind, number, currency, due_date, open_cents, total_cents } = invoice
  const values = {
    kind: t(`invoices.issuing.paper.kind_${kind}`),
    number,
    studio,
    total: fmt.money(total_cents, currency),
    open: fmt.money(open_cents, currency),
    due: fmt.date(due_date)
  }
  const which = kind === 'credit_note' ? 'credit_note' : open_cents > 0 ? 'open' : 'settled'
  return {
    subject: t('invoices.delivery.mail.subject', values),
    message: [t('invoices.delivery.mail.hello'), t(`invoices.delivery.mail.${which}`, values)].join('\n\n')
  }
}

/** A number as the name of a file: `F2026/12` has no folder. */
export const fileName = (number: string): string => number.replaceAll('/', '-')
