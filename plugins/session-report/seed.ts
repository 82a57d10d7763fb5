import { time } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { contentOf, hashOf, sealOf } from './content.ts'
import { addRow, addTake, findRoom, lockLog, writeLog } from './queries.ts'
import { addReport, signReport } from './report-queries.ts'
import { listSeedable } from './seed-queries.ts'
import type { Seedable } from './seed-queries.ts'
import { musicians, notes, supplies, titles } from './seed-words.ts'
import { settingsOf } from './settings.ts'
import { addTime, listTasks } from './time-queries.ts'

/** Reports of the last weeks' sessions: most signed by mail, the last ones still to be, one timer running now. */
export async function seed(seeding: Seeding): Promise<void> {
  const { db } = seeding
  const tasks = await listTasks(db)
  const sessions = await listSeedable(db)
  for (const [turn, session] of sessions.entries()) {
    await lockLog(db, session.id)
    await fill(seeding, session, tasks, turn)
    // newest first: the last three days wait for their signature
    const old = Date.now() - +session.ends_at > 3 * 864e5
    if (session.state === 'completed' && old) await sign(seeding, session, turn)
  }
}

async function fill({ db }: Seeding, session: Seedable, tasks: { id: number; key: string | null }[], turn: number) {
  const { id: session_id, starts_at, person_id } = session
  const after = (minutes: number) => new Date(+starts_at + minutes * 60_000)
  const added_by = person_id
  const name = session.client_name ?? 'Client'
  await addRow(db, 'session_arrivals', { session_id, name, arrived_at: after(4 + (turn % 9)), added_by })
  const title = titles[turn % titles.length] ?? 'Titre'
  const title_id = await addRow(db, 'session_titles', { session_id, title, added_by })
  for (const [take, verdict] of (['no', 'keep', 'good'] as const).slice(turn % 2).entries()) {
    await addTake(db, { session_id, title_id }, { verdict, added_by, at: after(50 + take * 17) })
  }
  for (const musician of musicians.slice(turn % 4, (turn % 4) + 2)) {
    await addRow(db, 'session_musicians', {
      session_id,
      ...musician,
      from_at: after(15),
      to_at: session.ends_at,
      added_by
    })
  }
  const supply = supplies[turn % supplies.length]
  if (supply && turn % 3 === 0) await addRow(db, 'session_costs', { session_id, ...supply, added_by })
  await writeLog(db, session_id, {
    notes: notes[turn % notes.length] ?? null,
    first_destination: turn % 2 ? 'Album' : 'EP'
  })
  if (person_id === null) return
  const task = (key: string) => tasks.find(one => one.key === key)?.id ?? null
  const worked = { session_id, person_id }
  const times = { started_at: after(5), ended_at: after(35) }
  if (after(35) < new Date()) await addTime(db, { ...worked, task_type_id: task('setup'), ...times })
  const end = session.ends_at < new Date() ? session.ends_at : null
  if (after(36) > new Date() || (end === null && turn > 0)) return
  await addTime(db, { ...worked, task_type_id: task('recording'), started_at: after(36), ended_at: end })
}

/** As it was signed the day after, by the code that was mailed. */
async function sign({ db, studio, settings, t, did, told }: Seeding, session: Seedable, turn: number): Promise<void> {
  const room = await findRoom(db, session.id)
  if (!room) return
  const { rounding_minutes: rounding, place } = settingsOf(settings)
  const snapshot = contentOf(room, { studio, rounding, place })
  const hash = hashOf(snapshot)
  const made_at = new Date(+session.ends_at + 20 * 60_000)
  // the day after, within working hours
  const day = time.addDays(time.localOf(session.ends_at, studio.timezone).day, 1)
  const signed_at = new Date(+time.startOfDay(day, studio.timezone) + (9.2 * 60 + ((turn * 37) % 500)) * 60_000)
  const id = await addReport(db, { session_id: session.id, snapshot, hash, made_at, made_by: session.person_id })
  const signature = {
    way: 'mail' as const,
    signer_name: session.client_name ?? 'Client',
    signer_role: null,
    signer_email: session.client_email ?? 'client@demo.test',
    consent: t('session-report.consent'),
    ip: '192.0.2.14',
    agent: 'Mozilla/5.0 (demo)',
    code_sent_at: new Date(+signed_at - 120_000)
  }
  const seal = sealOf({ ...signature, hash, version: 1, signed_at, image_hash: null })
  await signReport(db, id, { ...signature, version: 1, signed_at, seal })
  await writeLog(db, session.id, { signed_report_id: id })
  did('session-report.answer', signed_at, { session: session.id, client: session.client_id }, null)
  told('session-report.signed', signed_at, { session_id: session.id, report_id: id }, null)
}
