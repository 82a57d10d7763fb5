import type { Knex } from 'knex'
import type { Studio, Tenants } from '../../core/database/tenants.ts'

export interface Size {
  clients: number
  sessions: number
  rooms: number
}

export const large: Size = { clients: 5000, sessions: 100_000, rooms: 8 }
/** One of the 200: a studio in its first months. */
export const small: Size = { clients: 50, sessions: 200, rooms: 3 }

/** Fills a studio: everything drawn from row numbers, so that every run measures the same data. */
export async function seed(tenants: Tenants, studio: Studio, size: Size): Promise<void> {
  const db = tenants.admin(await tenants.server(studio.server_id), studio.database)
  for (const [sql, values] of statements(size)) await db.raw(sql, values)
  await db.raw('analyze')
}

/** As autovacuum leaves a studio that has been at work for years. */
export async function settle(tenants: Tenants, studio: Studio): Promise<void> {
  const db = tenants.admin(await tenants.server(studio.server_id), studio.database)
  await db.raw('vacuum analyze')
}

/** The address of a page about something: its newest client, the week around today. */
export async function landmarks(db: Knex): Promise<{ client: number; start: string; end: string }> {
  const { rows } = await db.raw<{ rows: { client: number; start: string; end: string }[] }>(
    `select (select client_id from sessions where client_id is not null group by 1 order by count(*) desc, 1 limit 1) as client,
            date_trunc('week', now())::date::text as start, (date_trunc('week', now())::date + 7)::text as end`
  )
  const [found] = rows
  if (!found) throw new Error('the studio of the bench is empty')
  return found
}

const firstNames = `array['Léa','Hugo','Chloé','Jules','Inès','Noé','Zoé','Rémi','Anaïs','Théo','Maëlle','Gaël','Aïcha','Loïc','Élise','Côme','Amel','Björn','Nadia','Yann']`
const lastNames = `array['Martin','Bernard','Dubois','Lefèvre','Moreau','Girard','Roux','Fontaine','Chevalier','Robin','Masson','Gérard','Nguyên','Blanc','Guérin','Müller','Faure','Mercier','Legrand','Perrin','Benali','Dupré','Çelik','Barthélemy','Traoré']`
const acts = `array['Les Marées','Nuit Blanche','Quartier Nord','Ondes','Velours','Sirocco','Mistral','Grand Huit','Cendres','Lumen']`
const pick = (words: string, from: string): string => `(${words})[1 + (${from}) % array_length(${words}, 1)]`

/** Slots of three hours, four a day in each room, so that nothing overlaps: seven eighths of them past. */
function statements({ clients, sessions, rooms }: Size): [string, number[]][] {
  const days = Math.ceil(sessions / (rooms * 4))
  const ahead = Math.ceil(days / 8)
  return [
    [
      `insert into people (id, name, email, role)
       select 1000000 + n, ${pick(firstNames, 'n')} || ' ' || ${pick(lastNames, 'n * 7')}, 'e' || n || '@studio.test', 'engineer'
       from generate_series(1, ?::int) n`,
      [rooms]
    ],
    [
      `insert into rooms (name, kind, colour, capacity, hourly_cents, half_day_cents, day_cents, always_open, position)
       select 'Studio ' || chr(64 + n), (array['live_room','control_room','cabine','mixing'])[1 + n % 4], 1 + n % 12, 4 + n,
              4000 + n * 500, 15000 + n * 1500, 28000 + n * 2500, true, n
       from generate_series(1, ?::int) n`,
      [rooms]
    ],
    [
      `insert into clients (kind, name, artist_name, email, phone, city, genres, tags, created_at, updated_at)
       select (array['person','person','person','band','label','company'])[1 + n % 6],
              ${pick(firstNames, 'n')} || ' ' || ${pick(lastNames, 'n / 20')} || case when n > 500 then ' ' || n else '' end,
              case when n % 3 = 0 then ${pick(acts, 'n / 3')} || ' ' || n end,
              'client' || n || '@example.test', '+336' || lpad((n * 7919 % 100000000)::text, 8, '0'),
              (array['Paris','Lyon','Marseille','Lille','Nantes','Rennes'])[1 + n % 6],
              (array['{rock}','{rap,trap}','{jazz}','{chanson}'])[1 + n % 4]::text[],
              (array['{}','{fidèle}','{label,fidèle}','{presse}'])[1 + n % 4]::text[],
              now() - n * interval '11 hours', now() - (n * 7 % 5000) * interval '5 hours'
       from generate_series(1, ?::int) n`,
      [clients]
    ],
    [
      `insert into client_contacts (client_id, name, role, email, phone, is_main)
       select n, ${pick(firstNames, 'n * 3')} || ' ' || ${pick(lastNames, 'n * 3')}, 'manager', 'contact' || n || '@example.test',
              '+337' || lpad((n * 104729 % 100000000)::text, 8, '0'), true
       from generate_series(1, ?::int, 3) n`,
      [clients]
    ],
    [
      `insert into client_notes (client_id, author_id, noted_on, body)
       select 1 + n % ?::int, 1000000 + 1 + n % ?::int, current_date - n % 900, 'Préfère le micro à ruban. Dossier ' || n || '.'
       from generate_series(1, ?::int) n`,
      [clients, rooms, clients * 2]
    ],
    [
      `insert into sessions (room_id, client_id, title, starts_at, ends_at, state, rank, expires_at, cancelled_at, cancelled_from,
                             cancel_reason, price_cents, created_at, updated_at)
       select room, 1 + (n * 7919) % ?::int, case when n % 2 = 0 then (array['Voix','Batterie','Mixage','Prises'])[1 + n % 4] end,
              starts_at, starts_at + interval '3 hours', state, case when state = 'option' then 1 end,
              case when state = 'option' then now() + (1 + n % 72) * interval '1 hour' end,
              case when state = 'cancelled' then least(now(), starts_at) - interval '1 day' end,
              case when state = 'cancelled' then 'confirmed' end, case when state = 'cancelled' then 'Malade' end,
              20000 + n % 7 * 1500, starts_at - interval '9 days', starts_at - interval '9 days'
       from (
         select n, room, starts_at,
                case when n % 20 = 0 then 'cancelled'
                     when starts_at + interval '3 hours' < now() then case when n % 33 = 0 then 'no_show' else 'completed' end
                     when starts_at < now() then 'in_progress'
                     when n % 29 = 0 and starts_at < now() + interval '60 days' then 'option' else 'confirmed' end as state
         from (
           select n, 1 + n % ?::int as room,
                  ((current_date + ?::int - ?::int + n / (4 * ?::int)) + time '09:00' + (n / ?::int % 4) * interval '3 hours')
                    at time zone 'Europe/Paris' as starts_at
           from generate_series(0, ?::int - 1) n
         ) slots
       ) booked`,
      [clients, rooms, ahead, days, rooms, rooms, sessions]
    ],
    [
      `insert into session_people (session_id, person_id, role, during, lane)
       select id, 1000000 + room_id, 'engineer', during, lane from sessions where id % 10 <> 0`,
      []
    ],
    [
      `insert into activity (at, person_id, person_name, via, action, about, details)
       select now() - n * interval '37 minutes', 1000001, 'Léa Martin', 'form', 'sessions.book',
              array['session:' || 1 + n % ?::int, 'client:' || 1 + n * 7919 % ?::int], '{"input":{"room_id":1}}'
       from generate_series(1, ?::int) n`,
      [sessions, clients, sessions]
    ]
  ]
}
