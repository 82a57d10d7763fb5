import { time } from '@patchbay/core'
import type { Running, Seeding } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import type { Gate } from './contract.ts'
import { deliverables, putFiles } from './file-queries.ts'
import type { Deliverable } from './file-queries.ts'
import { namesFor } from './naming.ts'
import { addDelivery, changeDelivery, findDelivery, findProject, projectsWithMusic } from './queries.ts'
import { seedVisits } from './seed-queries.ts'
import { beginListening } from './sharing.ts'

/** What was handed on of the demo's music: a rough mix that was taken, masters that wait for approval and payment. */
export async function seed(seeding: Seeding): Promise<void> {
  const { db, people } = seeding
  const [music] = await projectsWithMusic(db)
  const project = music && (await findProject(db, music.id))
  if (!project) return
  const files = await deliverables(db, project.id)
  const engineer = people[2]?.id ?? people[0]?.id ?? null
  const manager = people[1]?.id ?? engineer
  const roughs = files.filter(({ version, current }) => version === 'rough' && current)
  const masters = files.filter(
    ({ version, current, kind }) => (version === 'master' && current) || kind === 'instrumental'
  )
  if (roughs.length > 0) {
    const at = daysAgo(14)
    const released = {
      opened_at: daysAgo(13),
      opened_by: manager,
      opened_reason: 'Le label les écoute en réunion demain.'
    }
    const id = await pack(seeding, project, roughs, {
      title: 'Mix de travail pour le label',
      gate: 'by_hand',
      created_by: engineer,
      created_at: at,
      ...released
    })
    seeding.did('deliveries.prepare', at, { delivery: id, project: project.id }, engineer)
    seeding.did('deliveries.release', released.opened_at, { delivery: id, project: project.id }, manager)
    await seedVisits(db, id, daysAgo(12))
  }
  if (masters.length > 0) {
    const at = daysAgo(2)
    const id = await pack(seeding, project, masters, {
      title: 'Masters et instrumentaux',
      gate: 'approved_and_paid',
      message: 'Bonjour, tout est là : vous pouvez déjà écouter.',
      created_by: engineer,
      created_at: at
    })
    seeding.did('deliveries.prepare', at, { delivery: id, project: project.id }, engineer)
    seeding.did('deliveries.open_link', at, { delivery: id, project: project.id }, engineer)
  }
}

type Project = NonNullable<Awaited<ReturnType<typeof findProject>>>
type Fields = Partial<Parameters<typeof addDelivery>[1]> & {
  title: string
  gate: Gate
  created_by: number | null
}

/** A package with its address, open for a month. */
async function pack(
  seeding: Seeding,
  project: Project,
  files: readonly Deliverable[],
  fields: Fields
): Promise<number> {
  const { db, studio, sealed } = seeding
  const { id: project_id, recipient, email, language } = project
  const expires_at = time.startOfDay(time.addDays(time.today(studio.timezone), 26), studio.timezone)
  const whom = { recipient, email, language: language ?? studio.locale }
  const id = await addDelivery(db, { project_id, scope: 'download', expires_at, ...whom, ...fields })
  await putFiles(db, id, namesFor(files, { ...project, studio: studio.name }))
  const { token, hash } = newToken()
  await changeDelivery(db, id, { token_hash: hash, token_sealed: sealed.seal(token, `link:${id}`) })
  const delivery = await findDelivery(db, id)
  if (delivery) await beginListening(asSomebody(seeding, fields.created_by), delivery)
  return id
}

/** The link to listen is made as by an action, by whom the package was made. */
function asSomebody(seeding: Seeding, id: number | null): Running {
  const name = seeding.people.find(person => person.id === id)?.name ?? seeding.studio.name
  return {
    ...seeding,
    person: { id, name, role: 'owner' },
    from: { ip: null, agent: null },
    can: () => true,
    did: async () => undefined,
    tell: () => undefined,
    changed: () => undefined,
    hint: () => undefined
  }
}

const daysAgo = (days: number): Date => new Date(Date.now() - days * 864e5)
