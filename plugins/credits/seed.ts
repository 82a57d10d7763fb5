import type { Seeding } from '@patchbay/core'
import { addCreditRows, confirmRows } from './credit-queries.ts'
import type { NewCredit } from './credit-queries.ts'
import { addMusicianRow } from './musician-queries.ts'
import { teamOf } from './proposal-queries.ts'
import { teamRoles } from './proposals.ts'
import { bands, ensembles, musicians, wordless, writers } from './seed-names.ts'
import { clientNamed, seedable } from './seed-queries.ts'
import type { Seedable } from './seed-queries.ts'
import { lockSheet, setLocked, writeShares } from './split-queries.ts'

const spoken = ['podcast', 'audiobook', 'voice_over']

/** Musicians; credits of what is recorded, shares of what is mixed. What is recorded now waits in proposals. */
export async function seed(seeding: Seeding): Promise<void> {
  const { db, did, people } = seeding
  const ids = new Map<string, number>()
  const author = people[0]?.id ?? null
  for (const [turn, one] of musicians.entries()) {
    const id = await addMusicianRow(db, one)
    ids.set(one.name, id)
    did('credits.add_musician', new Date(Date.now() - (150 - turn * 3) * 864e5), { musician: id }, author)
  }
  for (const [turn, track] of (await seedable(db)).entries()) {
    // what is being recorded has no credits yet: its sessions propose them
    if (track.status === 'recording') continue
    await credit(seeding, track, turn, ids)
  }
}

async function credit(seeding: Seeding, track: Seedable, turn: number, ids: Map<string, number>): Promise<void> {
  const { db, did, people } = seeding
  const author = people[0]?.id ?? null
  const done = ['mastering', 'delivered', 'archived'].includes(track.status)
  const played = track.instrumental || /quatuor|jazz/i.test(track.artist ?? '')
  const written = played ? wordless : (writers[(track.project_id + Math.floor(turn / 2)) % writers.length] ?? wordless)
  const named = namesOf(track, turn, written, done)
  const rows: NewCredit[] = []
  for (const [name, role, display] of named) {
    const musician_id = ids.get(name) ?? (await enter(seeding, name, ids))
    rows.push({ track_id: track.id, musician_id, role, display: display ?? null, source: null, created_by: author })
  }
  // the team of what is done was taken over; elsewhere it is proposed
  for (const { person_id, name, role } of done ? await teamOf(db, track.project_id) : []) {
    const word = teamRoles[role]
    if (!word) continue
    const musician_id = ids.get(name) ?? (await addMusicianRow(db, { name, person_id, roles: [word] }))
    ids.set(name, musician_id)
    const source = `person:${person_id}`
    rows.push({ track_id: track.id, musician_id, role: word, display: null, source, created_by: author })
  }
  await addCreditRows(db, rows)
  if (done || turn % 3 === 0) await confirmRows(db, track.id, null, true)
  did('credits.add', new Date(Date.now() - (2 + (turn % 9)) * 864e5), { track: track.id }, author)
  if (spoken.includes(track.kind) || turn % 4 === 3) return
  const sheet = await lockSheet(db, track.id, 'composition')
  const shares = written.map(([name, role, share_bp, publisher]) => ({
    musician_id: ids.get(name) ?? 0,
    role,
    share_bp,
    publisher: publisher ?? null
  }))
  await writeShares(db, sheet.id, shares)
  if (done) await setLocked(db, sheet.id, author)
}

type Named = readonly [name: string, role: string, display?: string]

/** Who stands on the sleeve of a title, as far as its project is. */
function namesOf(
  track: Seedable,
  turn: number,
  written: readonly (readonly [name: string, role: string, ...rest: unknown[]])[],
  done: boolean
): Named[] {
  const artist = track.artist
  if (spoken.includes(track.kind)) {
    return [
      ['Aïssata Koné', 'Narrator'],
      ['Clara Vasseur', 'SoundDesigner']
    ]
  }
  const ensemble = ensembles.find(([called]) => artist !== null && called.test(artist))
  const part = ensemble?.[1] ?? (track.instrumental ? undefined : 'LeadVocalist')
  const sung: Named[] = artist ? [[artist, 'MainArtist'], ...(part ? [[artist, part] as const] : [])] : []
  const wrote = written.map(([name, role]): Named => [name, role])
  const band = ensemble?.[2] ?? bands[(track.project_id + Math.floor(turn / 3)) % bands.length] ?? []
  const finished: Named[] = done ? [['Arnaud Thévenet', 'MasteringEngineer']] : []
  return [...sung, ...band, ...wrote, ['Hugo Pasquier', 'StudioProducer'], ...finished]
}

/** The artist of a project, joined to the client who is them. */
async function enter({ db }: Seeding, name: string, ids: Map<string, number>): Promise<number> {
  const id = await addMusicianRow(db, { name, client_id: await clientNamed(db, name), roles: ['MainArtist'] })
  ids.set(name, id)
  return id
}
