import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import './contract.ts'
import { musicianMeant, roleMeant } from './crediting.ts'
import * as queries from './credit-queries.ts'
import type { Credit } from './credit-queries.ts'
import {
  AcceptForm,
  ChangeCreditForm,
  ConfirmForm,
  CopyForm,
  CreditForm,
  CreditIdForm,
  MoveCreditForm
} from './forms.ts'
import { gather, playedIn, proposalsOf } from './proposals.ts'
import { folded } from './roles.ts'

const missing = { track_credits_musician_id_fkey: ['musician_id', 'credits.errors.no_musician'] } as const

/** Credits somebody with a role on one track or many. The result: the tracks that have one credit more. */
export const addCredits = action({
  name: 'credits.add',
  permission: 'credits.write',
  input: CreditForm,
  constraints: missing,
  async run(running, input) {
    const { db, person } = running
    const tracks = await queries.lockTracks(db, input.track_ids)
    if (tracks.length < input.track_ids.length) throw refuse({ track_ids: 'credits.errors.no_track' })
    const role = roleMeant(running, input)
    const musician_id = await musicianMeant(running, input)
    const { display } = input
    const credit = { musician_id, role, display, source: null, created_by: person.id }
    const added = await queries.addCreditRows(
      db,
      tracks.map(({ id }) => ({ ...credit, track_id: id }))
    )
    if (added.length === 0) throw refuse({ role: 'credits.errors.there' })
    tellOf(running, tracks, added)
    return { track_ids: added, musician_id }
  },
  about: ({ track_ids, musician_id }) => ({ track: track_ids, musician: musician_id })
})

/** Changes the role and the words of a credit; it is to be confirmed anew. */
export const changeCredit = action({
  name: 'credits.change',
  permission: 'credits.write',
  input: ChangeCreditForm,
  constraints: { track_credits_track_id_musician_id_role_key: ['role', 'credits.errors.there'] },
  async run(running, { track_id, id, display, ...typed }) {
    const { track, credit } = await creditOf(running, track_id, id)
    const fields = { role: roleMeant(running, typed), display }
    await queries.changeCreditRow(running.db, id, fields)
    if (fields.role !== credit.role || fields.display !== credit.display) {
      await queries.confirmRows(running.db, track_id, id, false)
    }
    running.changed(credit, fields)
    tellOf(running, [track], [track_id])
    return credit.musician_id
  },
  about: (musician_id, { track_id }) => ({ track: track_id, musician: musician_id })
})

/** Takes a credit off a track. */
export const removeCredit = action({
  name: 'credits.remove',
  permission: 'credits.write',
  confirm: true,
  input: CreditIdForm,
  async run(running, { track_id, id }) {
    const { track, credit } = await creditOf(running, track_id, id)
    await queries.removeCreditRow(running.db, id)
    running.changed(credit, { name: null, role: null })
    tellOf(running, [track], [track_id])
    return credit.musician_id
  },
  about: (musician_id, { track_id }) => ({ track: track_id, musician: musician_id })
})

/** Puts a credit before its neighbour, or behind it. */
export const moveCredit = action({
  name: 'credits.move',
  permission: 'credits.write',
  input: MoveCreditForm,
  async run(running, { track_id, id, direction }) {
    const { track } = await creditOf(running, track_id, id)
    const ids = (await queries.listCredits(running.db, [track_id])).map(credit => credit.id)
    const at = ids.indexOf(id)
    const to = direction === 'up' ? at - 1 : at + 1
    const other = ids[to]
    if (other !== undefined) [ids[at], ids[to]] = [other, id]
    await queries.orderCredits(running.db, ids)
    tellOf(running, [track], [track_id])
  },
  about: (_, { track_id }) => ({ track: track_id })
})

/** Says that those concerned agree to a credit, or to all of a track; or takes it back. How many changed. */
export const confirmCredits = action({
  name: 'credits.confirm',
  permission: 'credits.write',
  input: ConfirmForm,
  async run(running, { track_id, id, confirmed }) {
    const track = await trackOf(running, track_id)
    if (id !== null && !(await queries.findCredit(running.db, track_id, id))) throw notFound()
    const n = await queries.confirmRows(running.db, track_id, id, confirmed)
    if (n > 0) tellOf(running, [track], [track_id])
    return n
  },
  about: (_, { track_id }) => ({ track: track_id })
})

/** Copies another track's credits; those that are there already stay as they are. How many tracks have more now: 1 or 0. */
export const copyCredits = action({
  name: 'credits.copy',
  permission: 'credits.write',
  input: CopyForm,
  async run(running, { track_id, from_track_id }) {
    const track = await trackOf(running, track_id)
    const from = await queries.listCredits(running.db, [from_track_id])
    if (from.length === 0) throw refuse({ from_track_id: 'credits.errors.nothing_to_copy' })
    const created_by = running.person.id
    const added = await queries.addCreditRows(
      running.db,
      from.map(({ musician_id, role, display }) => ({ track_id, musician_id, role, display, source: null, created_by }))
    )
    tellOf(running, [track], added)
    return added.length
  },
  about: (_, { track_id }) => ({ track: track_id })
})

/** Takes over proposals of session reports and of the project's team. Those that are there no more are passed over. */
export const acceptProposals = action({
  name: 'credits.accept',
  permission: 'credits.write',
  input: AcceptForm,
  constraints: missing,
  async run(running, { project_id, keys }) {
    const { db, ask, wordsIn, person } = running
    const project = await queries.findProject(db, project_id)
    if (!project) throw notFound()
    const wanted = new Set(keys)
    const gathered = await gather(db, project_id)
    const played = await playedIn(ask, gathered.sessions)
    const chosen = proposalsOf(gathered, played, wordsIn).filter(({ key }) => wanted.has(key))
    if (chosen.length === 0) throw refuse({ '': 'credits.errors.no_proposal' })
    const rows: queries.NewCredit[] = []
    // one who is proposed twice is entered once
    const entered = new Map<string, number>()
    for (const { musician_id, name, known, role, display, source, tracks } of chosen) {
      const id =
        musician_id ??
        entered.get(folded(name)) ??
        (await musicianMeant(running, { musician_id, musician_name: name }, '', known))
      entered.set(folded(name), id)
      const credit = { musician_id: id, role, display, source, created_by: person.id }
      rows.push(...tracks.map(track => ({ ...credit, track_id: track.id })))
    }
    const added = await queries.addCreditRows(db, rows)
    for (const track_id of added) running.tell('credits.changed', { track_id, project_id })
    return added
  },
  about: (track_ids, { project_id }) => ({ project: project_id, track: track_ids })
})

async function trackOf({ db }: Pick<Running, 'db'>, track_id: number) {
  const [track] = await queries.lockTracks(db, [track_id])
  if (!track) throw notFound()
  return track
}

async function creditOf(running: Running, track_id: number, id: number) {
  const track = await trackOf(running, track_id)
  const credit: Credit | undefined = await queries.findCredit(running.db, track_id, id)
  if (!credit) throw notFound()
  return { track, credit }
}

function tellOf(
  { tell }: Pick<Running, 'tell'>,
  tracks: readonly { id: number; project_id: number }[],
  changed: readonly number[]
): void {
  for (const { id, project_id } of tracks) {
    if (changed.includes(id)) tell('credits.changed', { track_id: id, project_id })
  }
}
