import { action, forbidden, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { OpenHours } from '../opening.ts'
import { FreelancerForm, PersonForm, ProfileForm } from './forms.ts'
import type { ProfileInput } from './forms.ts'
import { setPersonHours } from './hours.ts'
import { addFreelancer, changeFreelancer, comingFor, findWorker, saveProfile } from './people-queries.ts'
import type { Outsider, Profile, Worker } from './people-queries.ts'

const about = ({ person_id }: { person_id: number }) => ({ person: person_id })
const anyWeek = { from: new Date(0), to: new Date(0) }

/** Adds somebody from outside the organisation, who can be put on sessions and answers by mail. */
export const addFreelancerAction = action({
  name: 'sessions.add_freelancer',
  permission: 'sessions.crew',
  input: FreelancerForm,
  about,
  async run(running, { name, email, locale, ...input }) {
    const { profile, hours } = split(running, input)
    const person_id = await addFreelancer(running.db, { name, email, locale })
    await saveProfile(running.db, person_id, profile)
    await setPersonHours(running.db, person_id, hours)
    running.tell('sessions.people-changed', { person_id })
    return { person_id }
  }
})

/** Changes what is known of somebody: roles, phone, rates, hours; of who is from outside also name and mail. */
export const changeProfile = action({
  name: 'sessions.change_profile',
  permission: 'sessions.crew',
  input: ProfileForm,
  about,
  async run(running, { person_id, name, email, locale, ...input }) {
    const { db, tell, changed } = running
    const before = await existing(running, person_id)
    const { profile, hours } = split(running, input)
    const outsider = await outsiderOf(running, before, { name, email, locale })
    await saveProfile(db, person_id, profile)
    await setPersonHours(db, person_id, hours)
    changed(before, { ...outsider, ...profile, hours })
    tell('sessions.people-changed', { person_id })
    return { person_id }
  }
})

/** Takes a freelancer out of the choice; refused while sessions are to come for them. Their past stays. */
export const archiveFreelancer = action({
  name: 'sessions.archive_freelancer',
  permission: 'sessions.crew',
  input: PersonForm,
  about,
  async run(running, { person_id }) {
    await running.db.raw('select 1 from people where id = ? for no key update', [person_id])
    const { name } = await freelancer(running, person_id)
    const n = await comingFor(running.db, person_id)
    if (n > 0) throw refuse({ '': { key: 'sessions.crew.errors.in_use', values: { n, name } } })
    await changeFreelancer(running.db, person_id, { active: false })
    running.tell('sessions.people-changed', { person_id })
    return { person_id }
  }
})

/** Puts a freelancer back into the choice. */
export const restoreFreelancer = action({
  name: 'sessions.restore_freelancer',
  permission: 'sessions.crew',
  input: PersonForm,
  about,
  async run(running, { person_id }) {
    await freelancer(running, person_id)
    await changeFreelancer(running.db, person_id, { active: true })
    running.tell('sessions.people-changed', { person_id })
    return { person_id }
  }
})

async function existing({ db }: Running, id: number): Promise<Worker> {
  const worker = await findWorker(db, id, anyWeek)
  if (!worker) throw notFound()
  return worker
}

async function freelancer(running: Running, id: number): Promise<Worker> {
  const worker = await existing(running, id)
  if (id >= 0) throw refuse({ '': 'sessions.crew.errors.member' })
  return worker
}

/** A member's name and mail are those of their account; a freelancer's are here. */
async function outsiderOf(
  { db }: Running,
  { id }: Worker,
  { name, email, locale }: Pick<ProfileInput, 'name' | 'email' | 'locale'>
): Promise<Partial<Outsider>> {
  if (id > 0) {
    if (name !== null || email !== null || locale) throw refuse({ name: 'sessions.crew.errors.member' })
    return {}
  }
  if (name === null) throw refuse({ name: 'fields.required' })
  const fields = { name, email, ...(locale && { locale }) }
  await changeFreelancer(db, id, fields)
  return fields
}

type Fields = Omit<ProfileInput, 'person_id' | 'name' | 'email' | 'locale'>

/** The seven texts of hours become rows; rates are for who may see them, and stay as they are for others. */
function split(
  { can }: Running,
  input: Fields
): { profile: Partial<Profile>; hours: (OpenHours & { weekday: number })[] } {
  const { hours_1, hours_2, hours_3, hours_4, hours_5, hours_6, hours_7, ...rest } = input
  const { hourly_cents, half_day_cents, day_cents, included, ...plain } = rest
  const rates = [hourly_cents, half_day_cents, day_cents]
  if (!can('sessions.rates') && (included || rates.some(cents => cents !== null))) throw forbidden()
  const week = [hours_1, hours_2, hours_3, hours_4, hours_5, hours_6, hours_7]
  return {
    profile: can('sessions.rates') ? rest : plain,
    hours: week.flatMap((day, index) => day.map(one => ({ weekday: index + 1, ...one })))
  }
}
