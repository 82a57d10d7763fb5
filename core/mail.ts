import type { Knex } from 'knex'
import { createRequire } from 'node:module'
import type { Transporter } from 'nodemailer'
import type { Locale } from './i18n.ts'
import { addJob } from './jobs.ts'
import type { Views } from './views.ts'

/** What a mail says; the house gives it its form, HTML and text, from views/mail/. */
export interface Letter {
  locale: Locale
  subject: string
  /** Paragraphs, plain text. */
  lines: string[]
  button?: { label: string; href: string }
  /** Small print under the button, plain text. */
  note?: string
  /** Whose name stands at its head; the platform's when absent. */
  from?: string
}

/** Hands mails to the SMTP server; without one they stay in `mails`, where the demo's outbox page shows them. */
export class Mailer {
  readonly #views: Views
  readonly #from: string
  readonly #transport: Transporter | undefined

  constructor(views: Views, settings: { SMTP_URL?: string | undefined; MAIL_FROM: string }) {
    this.#views = views
    this.#from = settings.MAIL_FROM
    if (settings.SMTP_URL) {
      // only here: it takes 20 MB, and an installation without mail does not need it
      const { createTransport } = createRequire(import.meta.url)('nodemailer') as typeof import('nodemailer')
      this.#transport = createTransport({
        url: settings.SMTP_URL,
        connectionTimeout: 5000,
        greetingTimeout: 5000,
        socketTimeout: 20_000
      })
    }
  }

  /** Without an SMTP server, mails are only kept. */
  get sends(): boolean {
    return this.#transport !== undefined
  }

  /**
   * Writes a mail into the master database with the job that sends it. In a transaction, both exist only if it commits.
   * A second mail with the same `dedupe_key` is dropped.
   */
  async queue(
    db: Knex,
    mail: Letter & { to: string; organization_id?: number | null; dedupe_key?: string }
  ): Promise<void> {
    const [row] = await db('mails')
      .insert({
        organization_id: mail.organization_id ?? null,
        recipient: mail.to,
        subject: oneLine(mail.subject),
        text: plain(mail),
        html: this.#views.render('mail/html', { mail, $: {} }),
        dedupe_key: mail.dedupe_key ?? null
      })
      .onConflict('dedupe_key')
      .ignore()
      .returning<{ id: number }[]>('id')
    if (row && this.#transport) await addJob(db, 'mail', { mail_id: row.id }, `mail:${row.id}`)
  }

  /** Sends one waiting mail. What the server refuses stays, with the reason, and is thrown so that the job is tried again. */
  async send(master: Knex, id: number): Promise<void> {
    const mail = await master('mails').where({ id }).whereNull('sent_at').first('recipient', 'subject', 'text', 'html')
    if (!mail || !this.#transport) return
    try {
      await this.#transport.sendMail({
        from: this.#from,
        to: mail.recipient,
        subject: mail.subject,
        text: mail.text,
        html: mail.html
      })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      await master('mails')
        .where({ id })
        .update({ attempts: master.raw('attempts + 1'), last_error: reason.slice(0, 500) })
      throw error
    }
    await master('mails')
      .where({ id })
      // what is sent is no longer ours to keep: it may hold a link that lets somebody in
      .update({ sent_at: master.fn.now(), attempts: master.raw('attempts + 1'), last_error: null, text: '', html: '' })
  }

  close(): void {
    this.#transport?.close()
  }
}

/** The same words as the HTML, for readers that show none. */
function plain({ lines, button, note, from }: Letter): string {
  const parts = [...lines, button && `${button.label}\n${button.href}`, note, `--\n${from ?? 'Patchbay'}`]
  return parts.filter(Boolean).join('\n\n')
}

/** A subject cannot carry another header. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 200)
