import { action, conflict, notFound, refuse } from '@patchbay/core'
import type { Context, Running } from '@patchbay/core'
import { contentOf, hashOf, imageHash, sealOf } from './content.ts'
import type { Content, Proof } from './content.ts'
import { ReopenForm, RowForm, SendForm, SignForm } from './forms.ts'
import { livelyStates, openLog } from './log.ts'
import { drawingOf } from './png.ts'
import { findRoom, lockLog, writeLog } from './queries.ts'
import type { Room } from './queries.ts'
import { addLink, addReport, clientOf, findReport, lastSigned, revokeLink, signReport } from './report-queries.ts'
import type { Link } from './report-queries.ts'
import { writer } from './rows.ts'
import { settingsOf } from './settings.ts'

const ofSession = (result: { session_id: number; client_id: number | null }) => ({
  session: result.session_id,
  client: result.client_id
})

/** What the report of a session says now. */
export function reportOf({ studio, settings }: Pick<Context, 'studio' | 'settings'>, room: Room): Content {
  const { rounding_minutes: rounding, place } = settingsOf(settings)
  return contentOf(room, { studio, rounding, place })
}

/** How a signature came to be, beside what the database adds. */
type Signature = Omit<Proof, 'hash' | 'version' | 'signed_at' | 'image_hash'> & { image: Buffer | null }

/**
 * Signs on the studio's tablet what was read there: with other content than the one of that hash it refuses, so that
 * nobody signs what changed meanwhile.
 */
export const signReportAction = action({
  name: 'session-report.sign',
  permission: 'session-report.sign',
  input: SignForm,
  secret: ['image'],
  about: ofSession,
  async run(running, { session_id, hash, name, role, image }) {
    const { db, t, from } = running
    const log = await openLog(running, session_id)
    const snapshot = await readyToSign(running, session_id)
    if (hashOf(snapshot) !== hash) throw refuse({ '': 'session-report.errors.changed' })
    const id = await addReport(db, { session_id, snapshot, hash, made_by: writer(running) })
    await seal(running, id, session_id, {
      way: 'tablet',
      signer_name: name,
      signer_role: role,
      signer_email: null,
      consent: t('session-report.consent'),
      ...from,
      code_sent_at: null,
      image: drawingOf(image)
    })
    return { id, session_id, client_id: log.client_id }
  }
})

/** Freezes the report as it is and has a link mailed by which it is signed at a distance. Until then nothing of it changes. */
export const sendReport = action({
  name: 'session-report.send',
  permission: 'session-report.sign',
  input: SendForm,
  about: ofSession,
  async run(running, { session_id, name, email }) {
    const { db, studio, settings, tell } = running
    const log = await openLog(running, session_id)
    const snapshot = await readyToSign(running, session_id)
    const made_by = writer(running)
    const report_id = await addReport(db, { session_id, snapshot, hash: hashOf(snapshot), made_by })
    const expires_at = new Date(Date.now() + settingsOf(settings).link_days * 864e5)
    const link = { report_id, name, email, locale: studio.locale, created_by: writer(running), expires_at }
    const link_id = await addLink(db, link)
    tell('session-report.sent', { session_id, link_id })
    return { id: link_id, session_id, client_id: log.client_id }
  }
})

/** Takes a link back; the report can be written again. */
export const revokeReport = action({
  name: 'session-report.take_back',
  permission: 'session-report.sign',
  input: RowForm,
  about: ofSession,
  async run({ db, tell }, { session_id, id }) {
    if (!(await revokeLink(db, { session_id, id }))) throw notFound()
    tell('session-report.changed', { session_id })
    return { session_id, client_id: await clientOf(db, session_id) }
  }
})

/** Opens a signed report for a correction, with its reason. The signed version stays; the next one refers to it. */
export const reopenReport = action({
  name: 'session-report.reopen',
  permission: 'session-report.correct',
  input: ReopenForm,
  about: ofSession,
  async run(running, { session_id, reason }) {
    const { db, tell } = running
    const log = await lockLog(db, session_id)
    if (!log) throw notFound()
    if (log.signed_report_id === null) throw conflict('session-report.errors.not_signed')
    await writeLog(db, session_id, {
      signed_report_id: null,
      reopened_at: new Date(),
      reopened_by: writer(running),
      reopening_reason: reason
    })
    tell('session-report.reopened', { session_id })
    return { session_id, client_id: log.client_id }
  }
})

/** Signs at a distance the report behind a link, whose code was right. The caller holds the link. */
export async function signByMail(
  running: Running,
  link: Link,
  { name, role, image }: { name: string; role: string | null; image: string | null }
): Promise<void> {
  const log = await lockLog(running.db, link.session_id)
  if (!log || log.signed_report_id !== null) throw conflict('session-report.errors.frozen')
  await seal(running, link.report_id, link.session_id, {
    way: 'mail',
    signer_name: name,
    signer_role: role,
    signer_email: link.email,
    consent: running.t('session-report.consent'),
    ...running.from,
    code_sent_at: link.code_sent_at,
    image: image === null ? null : drawingOf(image)
  })
}

/** The content to be signed; refused while time still runs on it, or while the session is not on. */
async function readyToSign(running: Running, session_id: number): Promise<Content> {
  const room = await findRoom(running.db, session_id)
  if (!room || !livelyStates.includes(room.state)) throw notFound()
  const timer = room.times.find(({ ended_at }) => ended_at === null)
  if (timer) {
    throw refuse({ '': { key: 'session-report.errors.timer_runs', values: { person: timer.person } } })
  }
  return reportOf({ studio: running.studio, settings: running.settings }, room)
}

/** Counts the version, seals and freezes. Under the lock of the log, so that two at once are one after the other. */
async function seal(
  running: Running,
  id: number,
  session_id: number,
  { image, ...signature }: Signature
): Promise<void> {
  const { db, tell } = running
  const previous = await lastSigned(db, session_id)
  const report = await findReport(db, { session_id, id })
  if (!report) throw notFound()
  // the database keeps microseconds; what is sealed must read back the same
  const signed_at = new Date()
  const version = (previous?.version ?? 0) + 1
  const proof = { ...signature, hash: report.hash, version, signed_at, image_hash: imageHash(image) }
  const signed = await signReport(db, id, {
    ...signature,
    image,
    version,
    previous_id: previous?.id ?? null,
    signed_at,
    seal: sealOf(proof)
  })
  if (!signed) throw conflict('session-report.errors.frozen')
  await writeLog(db, session_id, { signed_report_id: id })
  tell('session-report.signed', { session_id, report_id: id })
}
