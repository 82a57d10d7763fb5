import type { Db } from '@patchbay/core'

/**
 * Contacts, and the places where `from` is itself a member, become those of `into`. What `into` has already stays as it is
 * with the hidden record, and is not shown; nobody becomes a member of itself.
 */
export async function moveContacts(db: Db, from: number, into: number): Promise<void> {
  const main = db('client_contacts').select('id').where({ client_id: into, is_main: true })
  await db('client_contacts').where({ client_id: from, is_main: true }).whereExists(main).update({ is_main: false })
  await db('client_contacts')
    .where({ client_id: from })
    .whereRaw(
      `(member_client_id is null or member_client_id not in (
        select ?::bigint union all
        select member_client_id from client_contacts where client_id = ? and member_client_id is not null))`,
      [into, into]
    )
    .update({ client_id: into })
  await db('client_contacts')
    .where({ member_client_id: from })
    .whereNot('client_id', into)
    .whereNotIn('client_id', db('client_contacts').select('client_id').where({ member_client_id: into }))
    .update({ member_client_id: into })
}

export async function moveNotes(db: Db, from: number, into: number): Promise<void> {
  await db('client_notes').where({ client_id: from }).update({ client_id: into })
}

/** Hides `from` behind `into`, with all that was hidden behind it before. */
export async function bury(db: Db, from: number, into: number): Promise<void> {
  await db('clients')
    .where({ id: from })
    .orWhere({ merged_into: from })
    .update({ merged_into: into, updated_at: db.fn.now() })
}
