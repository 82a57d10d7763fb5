import { action, conflict, notFound, refuse, shareOut } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import './contract.ts'
import { musicianMeant } from './crediting.ts'
import { listCredits, lockTracks } from './credit-queries.ts'
import { SharesForm, SplitForm, UnlockForm } from './forms.ts'
import type { SplitKind } from './forms.ts'
import { roleWords, sharesOf } from './roles.ts'
import * as queries from './split-queries.ts'
import type { ShareRow } from './split-queries.ts'

/** All of it, in hundredths of a per cent. */
export const whole = 10_000

const missing = { split_shares_musician_id_fkey: ['', 'credits.errors.no_musician'] } as const

/** Writes the shares of a track as they are agreed so far; only when locked must they be whole. The result is their sum. */
export const writeSplit = action({
  name: 'credits.share',
  permission: 'credits.write',
  input: SharesForm,
  constraints: missing,
  async run(running, { track_id, kind, version, shares }) {
    const { track, sheet } = await openSheet(running, track_id, kind)
    if (version !== null && version !== sheet.version) throw refuse({ '': 'credits.errors.changed_meanwhile' })
    const rows: ShareRow[] = []
    for (const [index, share] of shares.entries()) {
      // a row in which nothing was typed; the others keep their numbers, by which errors find them
      if (share === null) continue
      const { role, share_bp, publisher } = share
      if (!roleWords.includes(role)) throw refuse({ [`shares.${index}.role`]: 'credits.errors.role' })
      const field = `shares.${index}.musician_id`
      const id = await musicianMeant(running, share, field)
      if (rows.some(row => row.musician_id === id && row.role === role)) {
        throw refuse({ [field]: 'credits.errors.share_twice' })
      }
      rows.push({ musician_id: id, role, share_bp, publisher })
    }
    await write(running, track, sheet.id, kind, rows, sheet.total_bp)
    return rows.reduce((sum, { share_bp }) => sum + share_bp, 0)
  },
  about: (_, { track_id }) => ({ track: track_id })
})

/** The same share for each: for those who have one, else for those credited; what cannot be divided goes to the first. */
export const shareEqually = action({
  name: 'credits.share_equally',
  permission: 'credits.write',
  input: SplitForm,
  async run(running, { track_id, kind }) {
    const { track, sheet } = await openSheet(running, track_id, kind)
    const shares = await queries.listShares(running.db, [track_id])
    const there = shares.filter(share => share.kind === kind)
    const those = there.length > 0 ? there : await credited(running, track_id, kind)
    if (those.length === 0) throw refuse({ '': `credits.errors.nobody_${kind}` })
    const parts = shareOut(
      whole,
      those.map(() => 1)
    )
    const rows = those.map(({ musician_id, role, publisher }, index) => ({
      musician_id,
      role,
      publisher,
      share_bp: parts[index] ?? 0
    }))
    await write(running, track, sheet.id, kind, rows, sheet.total_bp)
  },
  about: (_, { track_id }) => ({ track: track_id })
})

/** Locks shares that make 100 % exactly: from then on nothing of them changes. */
export const lockSplit = action({
  name: 'credits.lock',
  permission: 'credits.lock',
  input: SplitForm,
  constraints: { split_sheets_whole: ['', 'credits.errors.not_whole_now'] },
  async run(running, { track_id, kind }) {
    const { db, fmt, person, tell, changed } = running
    const { track, sheet } = await openSheet(running, track_id, kind)
    if (sheet.total_bp !== whole) {
      throw refuse({ '': { key: 'credits.errors.not_whole', values: { sum: fmt.number(sheet.total_bp / 100) } } })
    }
    await queries.setLocked(db, sheet.id, person.id)
    changed({ locked: false }, { locked: true })
    tell('credits.split-locked', { track_id, project_id: track.project_id })
  },
  about: (_, { track_id }) => ({ track: track_id })
})

/** Opens locked shares again, for a reason that stays. */
export const unlockSplit = action({
  name: 'credits.unlock',
  permission: 'credits.lock',
  confirm: true,
  input: UnlockForm,
  async run(running, { track_id, kind, reason }) {
    const { db, ask, person, tell, changed } = running
    const [track] = await lockTracks(db, [track_id])
    if (!track) throw notFound()
    const sheet = await queries.lockSheet(db, track_id, kind)
    if (!(await queries.setUnlocked(db, sheet.id, person.id, reason))) throw conflict('credits.errors.not_locked')
    // nobody signs what no longer stands
    if (sheet.request_id !== null) await ask('signatures.withdraw', { running, request_id: sheet.request_id })
    changed({ locked: true, reason: null }, { locked: false, reason })
    tell('credits.split-locked', { track_id, project_id: track.project_id })
  },
  about: (_, { track_id }) => ({ track: track_id })
})

/** The track and its sheet, held until the transaction ends. @throws conflict when it is locked */
async function openSheet({ db }: Pick<Running, 'db'>, track_id: number, kind: SplitKind) {
  const [track] = await lockTracks(db, [track_id])
  if (!track) throw notFound()
  const sheet = await queries.lockSheet(db, track_id, kind)
  if (sheet.locked_at) throw conflict('credits.errors.locked')
  return { track, sheet }
}

/** Those credited with what this kind of share is about, each once. */
async function credited({ db }: Pick<Running, 'db'>, track_id: number, kind: SplitKind) {
  const roles = sharesOf(kind)
  const seen = new Set<number>()
  return (await listCredits(db, [track_id])).flatMap(({ musician_id, role }) => {
    if (!roles.includes(role) || seen.has(musician_id)) return []
    seen.add(musician_id)
    return [{ musician_id, role, publisher: null }]
  })
}

async function write(
  { db, tell, changed }: Running,
  track: { id: number; project_id: number },
  sheet_id: number,
  kind: SplitKind,
  rows: readonly ShareRow[],
  before: number
): Promise<void> {
  await queries.writeShares(db, sheet_id, rows)
  const after = rows.reduce((sum, { share_bp }) => sum + share_bp, 0)
  changed({ kind: null, total_bp: before }, { kind, total_bp: after })
  tell('credits.changed', { track_id: track.id, project_id: track.project_id })
}
