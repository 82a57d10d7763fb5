import type { Hearing } from '@patchbay/core'
import type { PluginMail } from '@patchbay/core/plugin'
import { newToken } from '@patchbay/core/secrets'
import { readStored } from '@patchbay/core/storage'
import { createHash, randomInt } from 'node:crypto'
import { linkTo } from './asking.ts'
import { note } from './event-queries.ts'
import { settingsOf } from './forms.ts'
import { addLink, changeSigner, findRequest, findSigner, listSigners } from './queries.ts'
import type { Request, Signer } from './queries.ts'
import { listOwners } from './turn-queries.ts'

/** Minutes for which a code is good. */
const codeMinutes = 10

/** A code as it is kept: of one signer, so that it is worth nothing for another. */
export const hashCode = (signer: number, code: string): Buffer =>
  createHash('sha256').update(`${signer}:${code}`).digest()

/** Mails a signer the paper's link, when their turn comes. */
export async function mailInvitation(hearing: Hearing, { signer_id }: { signer_id: number }): Promise<void> {
  await mailLink(hearing, signer_id, 'invite')
}

/** The same once more. */
export async function mailReminder(hearing: Hearing, { signer_id }: { signer_id: number }): Promise<void> {
  await mailLink(hearing, signer_id, 'remind')
}

/** The link is made here, so that it is nowhere but in the mail; the mail is the last thing that can fail. */
async function mailLink(hearing: Hearing, signer_id: number, kind: 'invite' | 'remind'): Promise<void> {
  const { db, address, mail, wordsIn, studio } = hearing
  const found = await toSign(hearing, signer_id)
  if (!found) return
  const { request, signer } = found
  const { token, hash } = newToken()
  await addLink(db, signer.id, hash)
  if (kind === 'invite') await note(db, request.id, 'mailed', { signer_id, detail: signer.email })
  const { t, fmt } = wordsIn(request.language)
  const values = { name: signer.name, studio: studio.name, title: request.title }
  const until = request.expires_at && t('signatures.mail.until', { until: fmt.datetime(request.expires_at) })
  await mail({
    key: `${kind}-${signer.id}`,
    to: signer.email,
    locale: request.language,
    subject: t(`signatures.mail.${kind}_subject`, values),
    lines: [t('signatures.mail.hello', values), t(`signatures.mail.${kind}_text`, values), ...(until ? [until] : [])],
    button: { label: t('signatures.mail.open'), href: linkTo(address, token) },
    note: t('signatures.mail.link_note', values)
  })
}

/** Mails a fresh code; the one before is worth nothing from then on. */
export async function mailCode(hearing: Hearing, { signer_id }: { signer_id: number }): Promise<void> {
  const { db, studio, mail, wordsIn } = hearing
  const found = await toSign(hearing, signer_id)
  if (!found) return
  const { request, signer } = found
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const now = new Date()
  const code_expires_at = new Date(+now + codeMinutes * 60_000)
  const code_hash = hashCode(signer.id, code)
  await changeSigner(db, signer.id, { code_hash, code_sent_at: now, code_expires_at, code_tries: 0 })
  await note(db, request.id, 'code_sent', { signer_id, detail: signer.email })
  const { t } = wordsIn(request.language)
  const shown = `${code.slice(0, 3)} ${code.slice(3)}`
  const values = { name: signer.name, studio: studio.name, title: request.title, code: shown, n: codeMinutes }
  await mail({
    key: `code-${signer.id}`,
    to: signer.email,
    locale: request.language,
    subject: t('signatures.mail.code_subject', values),
    lines: [t('signatures.mail.hello', values), t('signatures.mail.code_text', values)],
    note: t('signatures.mail.code_note', values),
    expires_at: code_expires_at
  })
}

/** Mails the sealed paper and its proof to all who signed, and to the studio. */
export async function mailSealed(hearing: Hearing, { request_id }: { request_id: number }): Promise<void> {
  const { db, mail, studio, settings, folder } = hearing
  const request = await findRequest(db, request_id)
  if (!request || request.sealed_file_id === null) return
  const [pdf, proof] = [
    await readStored({ db, folder }, request.sealed_file_id),
    await readStored({ db, folder }, request.proof_file_id)
  ]
  const name = request.title.replace(/[^\p{L}\p{N} ._-]+/gu, '-')
  const attachments: PluginMail['attachments'] = [
    { name: `${name}.pdf`, type: 'application/pdf', content: pdf },
    { name: `${name}.json`, type: 'application/json', content: proof }
  ]
  const fits = pdf.length + proof.length < 4_500_000
  const signers = await listSigners(db, request_id)
  const { copies_to } = settingsOf(settings)
  const house = copies_to === null ? await listOwners(db) : [{ name: studio.name, email: copies_to }]
  for (const { name, email } of [
    ...signers,
    ...house.filter(one => signers.every(({ email }) => email !== one.email))
  ]) {
    await mail({ ...sealedLetter(hearing, request, { name, email }, fits), ...(fits && { attachments }) })
  }
}

function sealedLetter(
  { wordsIn, studio }: Hearing,
  request: Request,
  to: { name: string; email: string },
  fits: boolean
): PluginMail {
  const { t } = wordsIn(request.language)
  const values = { name: to.name, studio: studio.name, title: request.title }
  return {
    key: `sealed-${request.id}-${to.email}`,
    to: to.email,
    locale: request.language,
    subject: t('signatures.mail.sealed_subject', values),
    lines: [
      t('signatures.mail.hello', values),
      t('signatures.mail.sealed_text', values),
      ...(fits ? [] : [t('signatures.mail.sealed_link')])
    ],
    note: t('signatures.mail.sealed_note', { sha256: request.sealed_sha256?.toString('hex') ?? '' })
  }
}

/** Says to those who were mailed that the paper was withdrawn; what ran out said so itself. */
export async function mailWithdrawn(hearing: Hearing, { request_id }: { request_id: number }): Promise<void> {
  const { db, mail, studio, wordsIn } = hearing
  const request = await findRequest(db, request_id)
  if (request?.state !== 'withdrawn') return
  const { t } = wordsIn(request.language)
  for (const { id, name, email, mailed_at } of await listSigners(db, request_id)) {
    if (mailed_at === null) continue
    const values = { name, studio: studio.name, title: request.title }
    await mail({
      key: `withdrawn-${id}`,
      to: email,
      locale: request.language,
      subject: t('signatures.mail.withdrawn_subject', values),
      lines: [
        t('signatures.mail.hello', values),
        t('signatures.mail.withdrawn_text', values),
        ...(request.withdrawn_reason === null ? [] : [request.withdrawn_reason])
      ]
    })
  }
}

/** Somebody who is still to sign, with what. */
async function toSign({ db }: Hearing, signer_id: number): Promise<{ request: Request; signer: Signer } | undefined> {
  const signer = await findSigner(db, signer_id)
  const request = signer && (await findRequest(db, signer.request_id))
  return request?.state === 'open' && signer?.signed_at === null ? { request, signer } : undefined
}
