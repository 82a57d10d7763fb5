import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { busyKinds, sessionRoles } from '../contract.ts'
import { hours } from '../forms.ts'
import { optionalPersonId, personId } from './person-fields.ts'

/** Somebody onto a session. With `ask` they are asked first; either way they are held. */
export const AddPersonForm = form({
  id: fields.id(),
  person_id: personId(),
  role: fields.choice(...sessionRoles),
  ask: fields.flag()
})
export const RoleForm = form({ id: fields.id(), person_id: personId(), role: fields.choice(...sessionRoles) })
export const OnSessionForm = form({ id: fields.id(), person_id: personId() })

const answer = fields.choice('accepted', 'declined')
export const AnswerForm = form({ id: fields.id(), answer })
export const AnswerForForm = form({ id: fields.id(), person_id: personId(), answer })
export const AnswerByLinkForm = form({ token: fields.text(100), answer })

const week = {
  hours_1: hours,
  hours_2: hours,
  hours_3: hours,
  hours_4: hours,
  hours_5: hours,
  hours_6: hours,
  hours_7: hours
}

/** Some of the roles there are, ticked; empty is whatever they are in the studio. */
const roles = z
  .union([
    z.array(z.enum(sessionRoles, 'fields.choice')),
    z.enum(sessionRoles, 'fields.choice').transform(one => [one])
  ])
  .or(z.literal('').transform((): (typeof sessionRoles)[number][] => []))
  .optional()
  .transform(list => [...new Set(list ?? [])])

const profile = {
  phone: fields.optionalPhone(),
  roles,
  hourly_cents: fields.optionalCents(),
  half_day_cents: fields.optionalCents(),
  day_cents: fields.optionalCents(),
  included: fields.flag(),
  notes: fields.optionalText(2000),
  ...week
}

/** Somebody from outside. */
export const FreelancerForm = form({
  name: fields.text(120),
  email: fields.optionalEmail(),
  locale: fields.choice('fr', 'en').default('fr'),
  ...profile
})
export type FreelancerInput = z.output<typeof FreelancerForm>

/** What may be changed of somebody; name, mail and language only of who is from outside. */
export const ProfileForm = form({
  person_id: personId(),
  name: fields.optionalText(120),
  email: fields.optionalEmail(),
  locale: fields.choice('fr', 'en').optional(),
  ...profile
})
export type ProfileInput = z.output<typeof ProfileForm>

export const PersonForm = form({ person_id: personId() })

/** An absence of somebody or a closure of a room: whole days when no clock is given, the last one included. */
export const BusyForm = form({
  person_id: optionalPersonId(),
  room_id: fields.optionalId(),
  kind: fields.choice(...busyKinds),
  from_day: fields.day(),
  from_clock: fields.optionalClock(),
  to_day: fields.optionalDay(),
  to_clock: fields.optionalClock(),
  note: fields.optionalText(500)
})
export type BusyInput = z.output<typeof BusyForm>
export const BusyIdForm = form({ busy_id: fields.id() })

/** Which absences and closures: those to come, or those past as well; of one person, of one room. */
export const BusyQuery = form({
  person: optionalPersonId(),
  room: fields.optionalId(),
  when: fields.choice('upcoming', 'past').default('upcoming'),
  after: fields.optionalText(200),
  before: fields.optionalText(200)
})
export type BusyQuery = z.output<typeof BusyQuery>
