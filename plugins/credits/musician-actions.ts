import { action, notFound, refuse } from '@patchbay/core'
import type { Context, Running } from '@patchbay/core'
import './contract.ts'
import { ChangeMusicianForm, MergeForm, MusicianForm, MusicianIdForm } from './forms.ts'
import type { MusicianInput } from './forms.ts'
import { merged } from './merging.ts'
import * as queries from './musician-queries.ts'
import type { MusicianFields } from './musician-queries.ts'
import { roleOfText } from './roles.ts'
import { giveCredits, lockedTitlesOf, tracksOf } from './split-queries.ts'

const constraints = {
  musicians_ipi: ['ipi', 'credits.errors.ipi_taken'],
  musicians_person_id_key: ['person_id', 'credits.errors.person_taken'],
  musicians_person_id_fkey: ['person_id', 'credits.errors.no_person'],
  musicians_client_id_fkey: ['client_id', 'credits.errors.no_client']
} as const

/** Enters a musician; the result is their id. */
export const addMusician = action({
  name: 'credits.add_musician',
  permission: 'credits.write',
  input: MusicianForm,
  constraints,
  async run(running, input) {
    const id = await queries.addMusicianRow(running.db, await fieldsOf(running, input))
    running.tell('credits.musician-changed', { musician_id: id })
    return id
  },
  about: id => ({ musician: id })
})

/** Replaces a musician's fields. Refused when somebody else changed them since `version` was read. */
export const changeMusician = action({
  name: 'credits.change_musician',
  permission: 'credits.write',
  input: ChangeMusicianForm,
  constraints,
  async run(running, { id, version, ...input }) {
    const [before] = await queries.lockMusicians(running.db, [id])
    if (!before) throw notFound()
    const fields = await fieldsOf(running, input)
    if (!(await queries.changeMusicianRow(running.db, id, version, fields))) {
      throw refuse({ '': 'credits.errors.changed_meanwhile' })
    }
    running.changed(before, fields)
    running.tell('credits.musician-changed', { musician_id: id })
    return id
  },
  about: id => ({ musician: id })
})

/** Puts a musician away: they are in no list and no suggestion; their credits stay. */
export const archiveMusician = action({
  name: 'credits.archive_musician',
  permission: 'credits.write',
  input: MusicianIdForm,
  run: (running, { id }) => putAway(running, id, new Date()),
  about: id => ({ musician: id })
})

export const restoreMusician = action({
  name: 'credits.restore_musician',
  permission: 'credits.write',
  input: MusicianIdForm,
  run: (running, { id }) => putAway(running, id, null),
  about: id => ({ musician: id })
})

/**
 * Two records of one person become one: credits and shares move, empty fields are filled, what differs goes into the note.
 * Refused while a locked split names the one that goes: what was signed is not written anew.
 */
export const mergeMusicians = action({
  name: 'credits.merge_musicians',
  permission: 'credits.write',
  confirm: true,
  input: MergeForm,
  async run({ db, t, tell, changed }, input) {
    if (input.from === input.into) throw refuse({ '': 'credits.errors.merge_itself' })
    const both = await queries.lockMusicians(db, [input.from, input.into])
    const into = both.find(({ id }) => id === input.into)
    const from = both.find(({ id }) => id === input.from)
    if (!into || !from) throw notFound()
    const locked = await lockedTitlesOf(db, from.id)
    if (locked.length > 0) {
      const titles = locked.map(({ title }) => title).join(', ')
      throw refuse({ '': { key: 'credits.errors.merge_locked', values: { name: from.name, titles } } })
    }
    const tracks = await tracksOf(db, from.id)
    const fields = merged(into, from, t)
    await giveCredits(db, from.id, into.id)
    await queries.removeMusicianRow(db, from.id)
    await queries.changeMusicianRow(db, into.id, null, fields)
    changed(into, fields)
    tell('credits.musician-changed', { musician_id: into.id })
    for (const { id, project_id } of tracks) tell('credits.changed', { track_id: id, project_id })
    return into.id
  },
  about: (id, { from }) => ({ musician: [id, from] })
})

/** What is stored of what was typed: roles as words, the client by name, no money from those who may not see it. */
async function fieldsOf(running: Running, input: MusicianInput): Promise<Partial<MusicianFields> & { name: string }> {
  const { client_name, rate_cents, rate_unit, roles, ...fields } = input
  if (rate_cents !== null && rate_unit === null) throw refuse({ rate_unit: 'fields.required' })
  return {
    ...fields,
    roles: rolesOf(running, roles),
    client_id: input.client_id ?? (await clientCalled(running, client_name)),
    ...(running.can('credits.rates') && { rate_cents, rate_unit: rate_cents === null ? null : rate_unit })
  }
}

/** The words that these texts stand for. @throws refuse when one stands for none */
function rolesOf({ wordsIn }: Pick<Context, 'wordsIn'>, texts: readonly string[]): string[] {
  const says = [wordsIn('fr').t, wordsIn('en').t]
  const words = texts.map(text => {
    const role = roleOfText(text, says)
    if (!role) throw refuse({ roles: { key: 'credits.errors.role_named', values: { role: text } } })
    return role
  })
  return [...new Set(words)]
}

async function clientCalled({ db }: Running, name: string | null): Promise<number | null> {
  if (!name) return null
  const found = await queries.clientsCalled(db, name)
  if (found.length !== 1) throw refuse({ client_name: 'credits.errors.no_client' })
  return found[0]?.id ?? null
}

async function putAway({ db, tell }: Running, id: number, archived_at: Date | null): Promise<number> {
  if (!(await queries.changeMusicianRow(db, id, null, { archived_at }))) throw notFound()
  tell('credits.musician-changed', { musician_id: id })
  return id
}
