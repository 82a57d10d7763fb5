import type { Knex } from 'knex'
import type { Transporter } from 'nodemailer'
import type { Locale } from './i18n.ts'
import { addJob } from './jobs.ts'
import { lazily } from './lazily.ts'
import type { Views } from './views.ts'

// it takes 20 MB, and an installation without mail does not need it
const nodemailer = lazily<typeof import('nodemailer')>('nodemailer', import.meta.url)

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
  /** Files that go with it, 5 MB together: what is larger is given by a link. */
  attachments?: Attachment[]
  /** Worth nothing after that: a mail server that comes back too late is not given it any more. */
  expires_at?: Date
}

/** A file that goes with a mail: `{ name: 'seance.ics', type: 'text/calendar; charset=utf-8; method=PUBLISH', content }`. */
export interface Attachment {
  name: string
  type: string
  content: Buffer
}

/** Bytes of all files of one mail: many servers refuse 10 MB, and base64 adds a third. */
export const attachmentLimit = 5 * 1024 * 1024

/** Hands mails to the SMTP server; without one they stay in `mails`, where the demo's outbox page shows them. */
export class Mailer {
  readonly #views: Views
  readonly #from: string
  readonly #transport: Transporter | undefined

  constructor(views: Views, settings: { SMTP_URL?: string | undefined; MAIL_FROM: string }) {
    this.#views = views
    this.#from = settings.MAIL_FROM
    if (settings.SMTP_URL) {
      this.#transport = nodemailer().createTransport({
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
   * A second mail with the same `dedupe_key` is dropped. Throws when its attachments are larger than `attachmentLimit`.
   */
  async queue(
    db: Knex,
    mail: Letter & { to: string; organization_id?: number | null; dedupe_key?: string }
  ): Promise<void> {
    const { attachments = [] } = mail
    const bytes = attachments.reduce((sum, { content }) => sum + content.length, 0)
    if (bytes > attachmentLimit) throw new Error(`a mail cannot carry ${bytes} bytes of attachments`)
    // a mail without its files must not exist, not even for a moment
    await (attachments.length > 0
      ? db.transaction(trx => this.#write(trx, mail, attachments))
      : this.#write(db, mail, []))
  }

  async #write(db: Knex, mail: Parameters<Mailer['queue']>[1], attachments: Attachment[]): Promise<void> {
    const [row] = await db('mails')
      .insert({
        organization_id: mail.organization_id ?? null,
        recipient: mail.to,
        subject: oneLine(mail.subject),
        text: plain(mail),
        html: this.#views.render('mail/html', { mail, $: {} }),
        dedupe_key: mail.dedupe_key ?? null,
        expires_at: mail.expires_at ?? null
      })
      .onConflict('dedupe_key')
      .ignore()
      .returning<{ id: number }[]>('id')
    if (!row) return
    if (attachments.length > 0) {
      const rows = attachments.map(({ name, type, content }, position) => ({
        mail_id: row.id,
        position,
        name: oneLine(name),
        type,
        content
      }))
      await db('mail_attachments').insert(rows)
    }
    if (this.#transport) await addJob(db, 'mail', { mail_id: row.id }, `mail:${row.id}`)
  }

  /** Sends one waiting mail. What the server refuses stays, with the reason, and is thrown so that the job is tried again. */
  async send(master: Knex, id: number): Promise<void> {
    const mail = await master('mails')
      .where({ id })
      .whereNull('sent_at')
      .first<Waiting | undefined>('recipient', 'subject', 'text', 'html', 'expires_at')
    if (!mail || !this.#transport) return
    if (mail.expires_at && mail.expires_at <= new Date()) {
      await master('mails')
        .where({ id })
        .update({ last_error: master.raw(`coalesce(last_error, 'expired')`) })
      return
    }
    const attachments = await master('mail_attachments')
      .where({ mail_id: id })
      .orderBy('position')
      .select<Attachment[]>('name', 'type', 'content')
    try {
      await this.#transport.sendMail({
        from: this.#from,
        to: mail.recipient,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        attachments: attachments.map(({ name, type, content }) => ({ filename: name, contentType: type, content }))
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
    await master('mail_attachments').where({ mail_id: id }).delete()
  }

  /** Forgets mails that wait, by their `dedupe_key`. One under way may still arrive. */
  async withdraw(master: Knex, keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await master('mails').whereNull('sent_at').whereIn('dedupe_key', keys).delete()
  }

  /** Tries a mail that waits again now, to another address when one is given. False when none of that key waits. */
  async again(master: Knex, dedupe_key: string, to?: string): Promise<boolean> {
    const [row] = await master('mails')
      .where({ dedupe_key })
      .whereNull('sent_at')
      .update({ ...(to && { recipient: to }), last_error: null })
      .returning<{ id: number }[]>('id')
    if (row && this.#transport) await addJob(master, 'mail', { mail_id: row.id }, `mail:${row.id}`, { mode: 'replace' })
    return row !== undefined
  }

  close(): void {
    this.#transport?.close()
  }
}

interface Waiting {
  recipient: string
  subject: string
  text: string
  html: string
  expires_at: Date | null
}

/** The same words as the HTML, for readers that show none. */
function plain({ lines, button, note, from }: Letter): string {
  const parts = [...lines, button && `${button.label}\n${button.href}`, note, `--\n${from ?? 'Patchbay'}`]
  return parts.filter(Boolean).join('\n\n')
}

/** A subject cannot carry another header. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 200)
