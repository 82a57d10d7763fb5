import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { hashPassword } from '@patchbay/core/people/passwords'
import type { z } from 'zod'
import { deliverables, putFiles } from './file-queries.ts'
import { ChangeForm, DeliveryForm, FilesForm, PrepareForm, shortestPassword } from './forms.ts'
import { faultOf, namesFor, withEnding } from './naming.ts'
import { addDelivery, changeDelivery, findProject, lockDelivery, removeDelivery } from './queries.ts'
import type { Delivery } from './queries.ts'
import { renewListening } from './sharing.ts'

/** Records the trail shows it on. */
export const aboutDelivery = ({ id, project_id }: { id: number; project_id: number }) => ({
  delivery: id,
  project: project_id
})

/** The package that an action is about, held. @throws notFound */
export async function delivered({ db }: Running, id: number): Promise<Delivery> {
  const delivery = await lockDelivery(db, id)
  if (!delivery) throw notFound()
  return delivery
}

/** A new package of a project's files, under the names they get by themselves. It has no address yet. */
export const prepareDelivery = action({
  name: 'deliveries.prepare',
  permission: 'deliveries.write',
  input: PrepareForm,
  secret: ['password'],
  constraints: { delivery_files_once: ['audio_ids', 'deliveries.errors.name_taken'] },
  async run(running, { project_id, audio_ids, password, expires_on, ...terms }) {
    const { db, tell, person, studio } = running
    const project = await findProject(db, project_id)
    if (!project) throw notFound()
    const chosen = (await deliverables(db, project_id)).filter(({ audio_id }) => audio_ids.includes(audio_id))
    if (chosen.length === 0) throw refuse({ audio_ids: 'deliveries.errors.no_files' })
    if (chosen.length < audio_ids.length) throw refuse({ audio_ids: 'fields.choice' })
    const id = await addDelivery(db, {
      ...terms,
      project_id,
      language: project.language ?? studio.locale,
      password_hash: await hashOf(password),
      expires_at: endOf(expires_on, studio.timezone),
      created_by: person.id
    })
    await putFiles(db, id, namesFor(chosen, { ...project, studio: studio.name }))
    tell('deliveries.changed', { delivery_id: id, project_id })
    return { id, project_id }
  },
  about: aboutDelivery
})

/** Its terms anew; what its link lets hear follows. */
export const changeTerms = action({
  name: 'deliveries.change',
  permission: 'deliveries.write',
  input: ChangeForm,
  secret: ['password'],
  async run(running, { id, version, password, no_password, expires_on, ...terms }) {
    const { db, tell, changed, studio } = running
    const before = await delivered(running, id)
    const expires_at = endOf(expires_on, studio.timezone, before.expires_at)
    const secret = no_password
      ? { password_hash: null }
      : password === null
        ? {}
        : { password_hash: await hashOf(password) }
    await changeDelivery(db, id, { ...terms, ...secret, expires_at }, version)
    changed(shown(before), shown({ ...before, ...terms, expires_at }))
    const heard = before.scope !== terms.scope || Number(before.expires_at) !== Number(expires_at)
    if (heard) await renewListening(running, { ...before, ...terms, expires_at })
    tell('deliveries.changed', { delivery_id: id, project_id: before.project_id })
    return { id, project_id: before.project_id }
  },
  about: aboutDelivery
})

/** Its files anew, under the names that were typed; what its link lets hear follows. */
export const chooseFiles = action({
  name: 'deliveries.choose_files',
  permission: 'deliveries.write',
  input: FilesForm,
  constraints: { delivery_files_once: ['', 'deliveries.errors.name_taken'] },
  async run(running, { id, version, files }) {
    const { db, tell, studio } = running
    const before = await delivered(running, id)
    const offered = new Map((await deliverables(db, before.project_id)).map(file => [file.audio_id, file]))
    const artist = before.project_artist
    const suggested = namesFor([...offered.values()], { title: before.project_title, artist, studio: studio.name })
    const rows = chosenRows(files, offered, new Map(suggested.map(one => [one.audio_id, one])))
    await changeDelivery(db, id, {}, version)
    await putFiles(db, id, rows)
    await renewListening(running, before)
    tell('deliveries.changed', { delivery_id: id, project_id: before.project_id })
    return { id, project_id: before.project_id }
  },
  about: aboutDelivery
})

/** It is gone, with its link and its log. */
export const removePackage = action({
  name: 'deliveries.remove',
  permission: 'deliveries.write',
  input: DeliveryForm,
  confirm: true,
  async run(running, { id }) {
    const before = await delivered(running, id)
    const link_id = before.share_link_id
    if (link_id !== null) await running.ask('mixes.revoke-link', { running, link_id })
    await removeDelivery(running.db, id)
    running.changed(shown(before), {})
    running.tell('deliveries.changed', { delivery_id: id, project_id: before.project_id })
    return { id, project_id: before.project_id }
  },
  about: aboutDelivery
})

/** What of the terms the trail keeps. */
const shown = ({ title, recipient, email, gate, scope, most_downloads, expires_at }: Delivery) => ({
  title,
  recipient,
  email,
  gate,
  scope,
  most_downloads,
  expires_at
})

type Rows = z.output<typeof FilesForm>['files']

/** Those that are ticked, checked one by one, each under a name no other has. */
function chosenRows(
  files: Rows,
  offered: Map<number, Awaited<ReturnType<typeof deliverables>>[number]>,
  suggested: Map<number, { name: string; folder: string }>
) {
  const errors: Record<string, string> = {}
  const taken = new Set<string>()
  const rows = files.flatMap(({ audio_id, chosen, name, folder }, index) => {
    const file = offered.get(audio_id)
    if (!chosen) return []
    if (!file) throw notFound()
    const row = {
      audio_id,
      name: withEnding(name ?? suggested.get(audio_id)?.name ?? '', file.format),
      folder: folder ?? ''
    }
    const path = `${row.folder}/${row.name}`.toLowerCase()
    const fault = faultOf(row.name, row.folder) ?? (taken.has(path) ? 'deliveries.errors.name_taken' : undefined)
    if (fault) errors[`files.${index}.name`] = fault
    if (!/^[A-Za-z0-9_ -]{0,60}$/.test(row.folder)) errors[`files.${index}.folder`] = 'deliveries.errors.folder_signs'
    taken.add(path)
    return [row]
  })
  if (Object.keys(errors).length > 0) throw refuse(errors)
  if (rows.length === 0) throw refuse({ '': 'deliveries.errors.no_files' })
  return rows
}

async function hashOf(password: string | null): Promise<string | null> {
  if (password === null) return null
  if (password.length < shortestPassword)
    throw refuse({ password: { key: 'deliveries.errors.password_short', values: { n: shortestPassword } } })
  return hashPassword(password)
}

/** The end of a day in the studio's zone; what it was before may stay. @throws a refusal when it is over */
function endOf(day: string | null, timezone: string, before: Date | null = null): Date | null {
  if (day === null) return null
  const end = time.startOfDay(time.addDays(day, 1), timezone)
  if (end <= new Date() && Number(end) !== Number(before)) throw refuse({ expires_on: 'deliveries.errors.past' })
  return end
}
