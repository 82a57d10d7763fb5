import type { Asking, Notice, NoticeKind, Plugin, Section } from '@patchbay/core'
import { contentOf } from './content.ts'
import type { Content } from './content.ts'
import { livelyStates } from './log.ts'
import { findRoom, listPlayed } from './queries.ts'
import { lastSigned } from './report-queries.ts'
import { settingsOf } from './settings.ts'
import { crewOf, findSummary, findToday, listTasks, workedMinutes } from './time-queries.ts'

/** What session reports say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'sessions.sections': section,
  'sessions.billable': billable,
  'credits.played': async ({ db, can }, { session_ids }) =>
    can('session-report.read') ? listPlayed(db, session_ids) : undefined,
  async 'projects.spent'({ db, can, t }, { session_ids }) {
    if (!can('session-report.read') || session_ids.length === 0) return undefined
    const minutes = await workedMinutes(db, session_ids)
    return minutes > 0 ? [{ kind: 'time', label: t('session-report.spent'), minutes }] : []
  },
  'core.today': today,
  'core.notice': notice,
  'core.notice-kinds': async ({ t }): Promise<NoticeKind[]> => [
    { kind: 'session-report.signed', label: t('session-report.notice_kinds.signed') }
  ]
}

async function section(
  { db, can, person }: Asking,
  { session_id }: { session_id: number }
): Promise<Section | undefined> {
  if (!can('session-report.read')) return undefined
  const summary = await findSummary(db, session_id)
  if (!summary || !livelyStates.includes(summary.state)) return undefined
  return { view: 'session-report/_section', data: { summary, session_id, me: person.id } }
}

/**
 * What is to be paid beside the booking: overtime that was agreed to, and what was used and is billed. Of what was signed
 * last; before, of what is noted.
 */
async function billable({ db, t, fmt, studio, settings }: Asking, { session_id }: { session_id: number }) {
  const content = await currentContent({ db, studio, settings }, session_id)
  if (!content) return undefined
  const overtime = content.overtime.map(line => ({
    label: t('session-report.billable.overtime', { from: fmt.datetime(new Date(line.from_at)) }),
    quantity: Math.round((line.minutes / 60) * 10_000) / 10_000,
    unit: 'hour' as const,
    unit_cents: Math.round((line.price_cents * 60) / line.minutes),
    cents: line.price_cents,
    vat_category: line.vat_category,
    vat_rate: line.vat_rate,
    vat_included: line.vat_included,
    kind: 'overtime' as const
  }))
  const costs = content.costs
    .filter(cost => cost.billable)
    .map(({ kind, label, quantity, unit_cents, cents, vat_rate }) => ({
      label,
      quantity,
      unit: 'piece' as const,
      unit_cents,
      cents,
      vat_category: vat_rate > 0 ? 'S' : 'E',
      vat_rate,
      vat_included: false,
      kind: kind === 'consumable' ? ('consumable' as const) : ('cost' as const)
    }))
  return [...overtime, ...costs]
}

/** What was signed, or, while that is being corrected or nothing is, what is noted. */
export async function currentContent(
  { db, studio, settings }: Pick<Asking, 'db' | 'studio' | 'settings'>,
  session_id: number
): Promise<Content | undefined> {
  const room = await findRoom(db, session_id)
  if (!room) return undefined
  if (room.signed_report_id !== null) return (await lastSigned(db, session_id))?.snapshot
  const { rounding_minutes: rounding, place } = settingsOf(settings)
  return contentOf(room, { studio, rounding, place })
}

async function today({ db, can, person, settings }: Asking): Promise<Section | undefined> {
  if (!can('session-report.read')) return undefined
  const lines = await findToday(db, person.id ?? 0, settingsOf(settings).forgotten_hours)
  const tasks = can('session-report.write') && lines.now.length > 0 ? await listTasks(db) : []
  if (lines.forgotten.length + lines.unsigned.length + lines.now.length === 0) return undefined
  return { view: 'session-report/_today', data: { lines, tasks, me: person.id } }
}

/** Those who worked on the session hear that its report was signed. */
async function notice(
  { db }: Asking,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  if (fact !== 'session-report.signed') return undefined
  const session_id = Number(ids['session_id'])
  const report = await lastSigned(db, session_id)
  if (!report) return undefined
  const people = await crewOf(db, session_id)
  const { client, title, starts_at, ends_at } = report.snapshot.session
  return {
    people,
    kind: fact,
    text: 'session-report.notices.signed',
    values: { who: client ?? title ?? '', signer: report.signer_name ?? '', when: { from: starts_at, to: ends_at } },
    path: `/session-report/${session_id}/report`
  }
}
