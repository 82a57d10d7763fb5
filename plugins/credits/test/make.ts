import type { House } from '../../../test/helper.ts'

/** What the tests of credits begin with, by plain SQL: a project with tracks. */
export async function project(house: House, fields: object = {}, titles: string[] = ['Sillage', 'Estran']) {
  const [made] = await house
    .db('projects')
    .insert({ title: 'Marées basses', kind: 'album', artist: 'Brume', rounds_included: 2, ...fields })
    .returning<{ id: number }[]>('id')
  const project_id = made?.id ?? 0
  const tracks = await house
    .db('tracks')
    .insert(titles.map((title, index) => ({ project_id, title, position: index + 1 })))
    .returning<{ id: number }[]>('id')
  return { project_id, tracks: tracks.map(({ id }) => id) }
}

/** Somebody who may be credited. */
export async function musician(house: House, name: string, fields: object = {}): Promise<number> {
  const [made] = await house
    .db('musicians')
    .insert({ name, ...fields })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

export const idOf = ({ location }: { location: string }): number => Number(/\/(\d+)(?:#.*)?$/.exec(location)?.[1] ?? 0)

/** A session of the project that is over, with a violin on the first title and a saw. */
export async function played(house: House, project_id: number): Promise<{ session_id: number }> {
  const { db } = house
  const [room] = await db('rooms').insert({ name: 'Cabine A', kind: 'live_room', always_open: true }).returning('id')
  const starts_at = new Date('2026-03-02T09:00:00Z')
  const [session] = await db('sessions')
    .insert({
      room_id: room.id,
      title: 'Cordes',
      starts_at,
      ends_at: new Date(+starts_at + 4 * 36e5),
      state: 'completed'
    })
    .returning('id')
  await db('project_sessions').insert({ session_id: session.id, project_id })
  await db('session_titles').insert({ session_id: session.id, title: 'sillage' })
  await db('session_musicians').insert([
    {
      session_id: session.id,
      name: 'Élodie Garnier',
      instrument: 'Violon',
      society: 'SPEDIDAM',
      society_number: '104 233'
    },
    { session_id: session.id, name: 'Jo', instrument: 'Scie musicale' }
  ])
  return { session_id: session.id }
}
