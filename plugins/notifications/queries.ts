import { cursor, list, pageSize } from '@patchbay/core'
import type { Db, Notice, NoticeValue, Page } from '@patchbay/core'
import type { z } from 'zod'
import { NoticesQuery } from './forms.ts'

export interface Notification {
  id: number
  kind: string
  text: string
  values: Record<string, NoticeValue>
  path: string
  created_at: Date
  read_at: Date | null
}

export interface Reader {
  id: number
  email: string
  locale: 'fr' | 'en'
  in_page: boolean
  by_mail: boolean
}

/** One's own, newest first. */
export const notificationList = list({
  name: 'notifications.list',
  permission: 'notifications.read',
  query: NoticesQuery,
  run: (db, query, { person }) => notificationsPage(db, person.id ?? 0, query)
})

async function notificationsPage(
  db: Db,
  personId: number,
  query: z.output<typeof NoticesQuery>
): Promise<Page<Notification>> {
  const [after, before] = [keyOf(query.after), keyOf(query.before)]
  const rows = db('notifications').where({ person_id: personId })
  if (query.unread) void rows.whereNull('read_at')
  if (before) void rows.where('id', '>', before).orderBy('id', 'asc')
  else void rows.orderBy('id', 'desc')
  if (after && !before) void rows.where('id', '<', after)
  const found = await rows
    .limit(pageSize + 1)
    .select<Notification[]>('id', 'kind', 'text', 'values', 'path', 'created_at', 'read_at')
  const more = found.length > pageSize
  const page = found.slice(0, pageSize)
  if (before) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page,
    next: last && (before || more) ? cursor.write(last.id) : undefined,
    previous: first && (before ? more : after) ? cursor.write(first.id) : undefined
  }
}

const keyOf = (text: string | null) => Number(cursor.read(text ?? undefined, 1)?.[0] ?? 0)

export async function countUnread(db: Db, personId: number): Promise<number> {
  const [row] = await db('notifications')
    .where({ person_id: personId })
    .whereNull('read_at')
    .count<{ count: number }[]>('* as count')
  return row?.count ?? 0
}

/** Those concerned who are still here, with what they chose for this kind; never whoever did it. */
export async function listReaders(
  db: Db,
  notice: Notice,
  byId: number | null,
  mailByDefault: boolean
): Promise<Reader[]> {
  const { rows } = await db.raw<{ rows: Reader[] }>(
    `select p.id, p.email, p.locale, coalesce(c.in_page, true) as in_page, coalesce(c.by_mail, ?) as by_mail
       from people p left join notification_choices c on c.person_id = p.id and c.kind = ?
      where p.id = any(?) and p.active and p.id is distinct from ?::bigint
      order by p.id`,
    [mailByDefault, notice.kind, [...new Set(notice.people)], byId]
  )
  return rows
}

export async function addNotification(db: Db, personId: number, { kind, text, values, path }: Notice): Promise<number> {
  const [row] = await db('notifications')
    .insert({ person_id: personId, kind, text, values: JSON.stringify(values), path })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** News of the months that a demo has behind it. */
export async function addPast(
  db: Db,
  told: { person_id: number; notice: Notice; created_at: Date; read_at: Date | null }[]
): Promise<void> {
  const rows = told.map(({ notice: { kind, text, values, path }, ...row }) => ({
    ...row,
    kind,
    text,
    values: JSON.stringify(values),
    path
  }))
  await db.batchInsert('notifications', rows, 500)
}

/** Where it leads; undefined when it is not theirs. Read once, it stays read at that time. */
export async function markRead(db: Db, personId: number, id: number): Promise<string | undefined> {
  const [row] = await db('notifications')
    .where({ id, person_id: personId })
    .update({ read_at: db.raw('coalesce(read_at, now())') })
    .returning<{ path: string }[]>('path')
  return row?.path
}

export async function markAllRead(db: Db, personId: number): Promise<number> {
  return db('notifications').where({ person_id: personId }).whereNull('read_at').update({ read_at: db.fn.now() })
}

export interface Choice {
  kind: string
  in_page: boolean
  by_mail: boolean
}

export async function listChoices(db: Db, personId: number): Promise<Choice[]> {
  return db('notification_choices').where({ person_id: personId }).select<Choice[]>('kind', 'in_page', 'by_mail')
}

export async function saveChoices(db: Db, personId: number, choices: Choice[]): Promise<void> {
  if (choices.length === 0) return
  const rows = choices.map(choice => ({ person_id: personId, ...choice }))
  await db('notification_choices').insert(rows).onConflict(['person_id', 'kind']).merge()
}

export async function removeOld(db: Db, keepDays: number): Promise<number> {
  return db('notifications')
    .where('read_at', '<', db.raw('now() - ?::interval', [`${keepDays} days`]))
    .delete()
}
