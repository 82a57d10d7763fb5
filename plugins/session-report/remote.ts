import { action, conflict, notFound } from '@patchbay/core'
import type { Hearing } from '@patchbay/core'
import { hashToken, newToken } from '@patchbay/core/secrets'
import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import { AnswerForm, AskCodeForm } from './forms.ts'
import { changeLink, findLinkById, lockLink } from './report-queries.ts'
import { signByMail } from './signing.ts'

/** Minutes for which a code is good, how often it may be tried, and how many are mailed for one link. */
const codeMinutes = 10
const codeTries = 5
const codesPerLink = 8
const secondsBetweenCodes = 30

const secret = ['token', 'code', 'image']
const ofSession = (result: { session_id: number; client_id: number | null }) => ({
  session: result.session_id,
  client: result.client_id
})

/** Has a code mailed to whom the report was sent. The mail itself is written after the commit, and only there is the code. */
export const askCode = action({
  name: 'session-report.ask_code',
  permission: 'session-report.answer',
  input: AskCodeForm,
  secret,
  about: ofSession,
  async run({ db, tell }, { token }) {
    const link = await lockLink(db, hashToken(token))
    if (!link) throw notFound()
    if (!link.open) throw conflict('session-report.errors.link_closed')
    if (link.codes_asked >= codesPerLink) throw conflict('session-report.errors.codes_used')
    // pressing twice is pressing once
    const just = link.asked_at !== null && Date.now() - +link.asked_at < secondsBetweenCodes * 1000
    if (!just) {
      await changeLink(db, link.id, { asked_at: new Date(), codes_asked: link.codes_asked + 1 })
      tell('session-report.code-asked', { link_id: link.id })
    }
    return { session_id: link.session_id, client_id: link.client_id }
  }
})

/** What came of a try: whether it is signed, and if not, why. A wrong code is no failure, for its try must be counted. */
export interface Answered {
  session_id: number
  client_id: number | null
  signed: boolean
  why: null | 'code_wrong' | 'code_late' | 'code_used_up' | 'code_none'
  /** Tries left for this code. */
  left: number
}

/** Signs at a distance with the mailed code. */
export const answerReport = action({
  name: 'session-report.answer',
  permission: 'session-report.answer',
  input: AnswerForm,
  secret,
  about: ofSession,
  async run(running, { token, code, name, role, image }): Promise<Answered> {
    const { db } = running
    const link = await lockLink(db, hashToken(token))
    if (!link) throw notFound()
    if (!link.open) throw conflict('session-report.errors.link_closed')
    const of = { session_id: link.session_id, client_id: link.client_id }
    const left = codeTries - link.code_tries
    if (!link.code_hash || !link.code_expires_at) return { ...of, signed: false, why: 'code_none', left }
    if (left <= 0) return { ...of, signed: false, why: 'code_used_up', left: 0 }
    if (link.code_expires_at < new Date()) return { ...of, signed: false, why: 'code_late', left }
    if (!timingSafeEqual(link.code_hash, hashCode(link.id, code))) {
      await changeLink(db, link.id, { code_tries: link.code_tries + 1 })
      return { ...of, signed: false, why: left === 1 ? 'code_used_up' : 'code_wrong', left: left - 1 }
    }
    await signByMail(running, link, { name, role, image })
    await changeLink(db, link.id, { code_hash: null })
    return { ...of, signed: true, why: null, left }
  }
})

/** Mails the link. It is made here, so that it is nowhere but in the mail; the mail is the last thing that can fail. */
export async function mailLink(hearing: Hearing, { link_id }: { link_id: number }): Promise<void> {
  const { db, studio, address, mail, wordsIn } = hearing
  const link = await findLinkById(db, link_id)
  if (!link?.open) return
  const { token, hash } = newToken()
  await changeLink(db, link.id, { token_hash: hash })
  const { t, fmt } = wordsIn(link.locale)
  const values = { name: link.name, studio: studio.name, until: fmt.datetime(link.expires_at) }
  await mail({
    key: `link-${link.id}`,
    to: link.email,
    locale: link.locale,
    subject: t('session-report.mail.link_subject', values),
    lines: [t('session-report.mail.hello', values), t('session-report.mail.link_text', values)],
    button: { label: t('session-report.mail.link_button'), href: address(`/session-report/${token}`, 'open') },
    note: t('session-report.mail.link_note', values)
  })
}

/** Mails a fresh code; the one before is worth nothing from then on. */
export async function mailCode(hearing: Hearing, { link_id }: { link_id: number }): Promise<void> {
  const { db, studio, mail, wordsIn } = hearing
  const link = await findLinkById(db, link_id)
  if (!link?.open) return
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const now = new Date()
  await changeLink(db, link.id, {
    code_hash: hashCode(link.id, code),
    code_sent_at: now,
    code_expires_at: new Date(+now + codeMinutes * 60_000),
    code_tries: 0
  })
  const { t } = wordsIn(link.locale)
  const values = { name: link.name, studio: studio.name, code: `${code.slice(0, 3)} ${code.slice(3)}`, n: codeMinutes }
  await mail({
    key: `code-${link.id}`,
    to: link.email,
    locale: link.locale,
    subject: t('session-report.mail.code_subject', values),
    lines: [t('session-report.mail.hello', values), t('session-report.mail.code_text', values)],
    note: t('session-report.mail.code_note', values)
  })
}

/** A code as it is kept: of one link, so that it is worth nothing for another. */
const hashCode = (link: number, code: string): Buffer => createHash('sha256').update(`${link}:${code}`).digest()
