import type { Context, Seeding } from '@patchbay/core'
import { time } from '@patchbay/core'
import { addContact, addNote } from './card.ts'
import { ClientForm } from './forms.ts'
import { addClients } from './queries.ts'
import { bands, companies } from './seed-groups.ts'
import { notes, people } from './seed-people.ts'

/** Sixty clients of a studio in Paris: soloists, bands with their members, labels, companies. */
export async function seed({ db, studio, people: staff, did }: Seeding): Promise<void> {
  const inputs = [...people, ...bands.map(({ band }) => band), ...companies.map(({ company }) => company)]
  const parsed = inputs.map(input => ClientForm.parse(input))
  const ids = await addClients(db, parsed)
  const idOf = (name: string) => ids[parsed.findIndex(client => client.name === name)] ?? 0
  const nobody = { member_client_id: null, email: null, phone: null, is_main: false }
  for (const { band, members } of bands) {
    for (const [at, [name, role]] of members.entries()) {
      const member = parsed.some(client => client.name === name) ? idOf(name) : null
      const who = member ? { name: null, member_client_id: member } : { name, member_client_id: null }
      await addContact(db, { ...nobody, ...who, client_id: idOf(band.name), role, is_main: at === 0 })
    }
  }
  for (const { company, contacts } of companies) {
    for (const [at, [name, role, email]] of contacts.entries()) {
      await addContact(db, { ...nobody, client_id: idOf(company.name), name, role, email, is_main: at === 0 })
    }
  }
  const today = time.today(studio.timezone)
  for (const [at, [name, daysAgo, body]] of notes.entries()) {
    const author = staff[at % Math.max(staff.length, 1)]
    const noted_on = time.addDays(today, -daysAgo)
    await addNote(db, { client_id: idOf(name), author_id: author?.id ?? null, noted_on, body })
  }
  await spreadOverYears(db)
  const dated = await db('clients').select<{ id: number; created_at: Date }[]>('id', 'created_at')
  for (const { id, created_at } of dated)
    did('clients.add', created_at, { client: id }, staff[id % Math.max(staff.length, 1)]?.id ?? null)
}

/** They came over three years, all before the sessions of the demo begin. */
async function spreadOverYears(db: Context['db']): Promise<void> {
  await db.raw(`update clients set created_at = now() - (186 + id * 37 % 1000) * interval '1 day' - interval '3 hours',
    updated_at = now() - (id * 13 % 90) * interval '1 day' - interval '2 hours'`)
}
