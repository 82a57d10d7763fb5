import type { Db, Role } from '../plugin.ts'

/** Members by user id, with their rows locked until the transaction ends. */
export type Locked = ReadonlyMap<number, Role>

/** Locks the members of a studio, always in the same order. A studio has few; its changes of members are one at a time. */
export async function lockMembers(db: Db, organization_id: number): Promise<Locked> {
  const rows = await db('organization_members')
    .where({ organization_id })
    .orderBy('user_id')
    .forUpdate()
    .select<{ user_id: number; role: Role }[]>('user_id', 'role')
  return new Map(rows.map(({ user_id, role }) => [user_id, role]))
}

export async function changeRole(db: Db, organization_id: number, user_id: number, role: Role): Promise<void> {
  await db('organization_members').where({ organization_id, user_id }).update({ role })
}

/** Takes somebody off the studio, with the API tokens they had there. */
export async function removeMember(db: Db, organization_id: number, user_id: number): Promise<void> {
  await db('organization_members').where({ organization_id, user_id }).delete()
  await db('api_tokens').where({ organization_id, user_id }).delete()
}

export async function isMember(db: Db, organization_id: number, email: string): Promise<boolean> {
  const found = await db('organization_members as m')
    .join('users as u', 'u.id', 'm.user_id')
    .where({ 'm.organization_id': organization_id, 'u.email': email })
    .first('u.id')
  return found !== undefined
}

/** A member as the members page shows them. */
export interface Member {
  id: number
  name: string
  email: string
  role: Role
  joined_at: Date
  seen_at: Date | null
}

/** All members, owners first, then by name. */
export async function listMembers(db: Db, organization_id: number): Promise<Member[]> {
  return db('organization_members as m')
    .join('users as u', 'u.id', 'm.user_id')
    .where('m.organization_id', organization_id)
    .orderByRaw(
      `array_position(array['owner', 'manager', 'engineer', 'assistant'], m.role), u.name collate "fr-x-icu", u.id`
    )
    .select<Member[]>(
      'u.id',
      'u.name',
      db.raw('u.email::text as email'),
      'm.role',
      'm.joined_at',
      db.raw('(select max(s.seen_at) from sign_ins s where s.user_id = u.id) as seen_at')
    )
}
