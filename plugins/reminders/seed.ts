import type { Seeding } from '@patchbay/core'

/** The demo studio reminds its clients two days and its crew the evening before; what went before is written down. */
export async function seed({ db, studio }: Seeding): Promise<void> {
  await db('reminder_steps').where({ channel: 'mail' }).update({ active: true })
  await db.raw(
    `insert into reminders (session_id, step_id, person_id, for_start, channel, name, address, state, reason, due_at, sent_at)
     select s.id, st.id, null, s.starts_at, st.channel, coalesce(c.artist_name, c.name), c.email,
       case when c.email is null then 'skipped' else 'sent' end, case when c.email is null then 'no_email' end,
       s.starts_at - interval '48 hours', case when c.email is not null then s.starts_at - interval '48 hours' end
     from (select * from sessions where starts_at < now() + interval '47 hours' and state in ('completed', 'confirmed')
         and client_id is not null order by starts_at desc limit 60) s
       join clients c on c.id = s.client_id
       join reminder_steps st on st.audience = 'client' and st.channel = 'mail'
     on conflict do nothing`
  )
  await db.raw(
    `insert into reminders (session_id, step_id, person_id, for_start, channel, name, address, state, due_at, sent_at)
     select s.id, st.id, p.id, s.starts_at, st.channel, p.name, p.email, 'sent', due.at, due.at
     from (select * from sessions where starts_at < now() and state = 'completed' order by starts_at desc limit 20) s
       join session_people sp on sp.session_id = s.id join people p on p.id = sp.person_id and p.email is not null
       join reminder_steps st on st.audience = 'crew'
       cross join lateral (select (((s.starts_at at time zone ?)::date - st.days_before) + st.clock) at time zone ? as at) due
     on conflict do nothing`,
    [studio.timezone, studio.timezone]
  )
}
