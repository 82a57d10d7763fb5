import type { Hearing, Plugin } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { addLink, endLinks, listOutside } from './place-queries.ts'
import type { Called, Outside } from './place-queries.ts'

/** What people from outside are told of beside being asked: those are facts that change whether, when or where they come. */
type News = 'moved' | 'confirmed' | 'cancelled'

const writing = (news?: News) => (hearing: Hearing, ids: { session_id: number }) => write(hearing, ids.session_id, news)

/** Facts after which people from outside, who have no page here, are written to. */
export const crewHears: NonNullable<Plugin['on']> = {
  'sessions.booked': writing(),
  'sessions.changed': writing(),
  'sessions.asked': writing(),
  'sessions.moved': writing('moved'),
  'sessions.confirmed': writing('confirmed'),
  'sessions.reopened': writing('confirmed'),
  'sessions.cancelled': writing('cancelled'),
  'sessions.released': writing('cancelled')
}

async function write(hearing: Hearing, session_id: number, news?: News): Promise<void> {
  for (const one of await listOutside(hearing.db, session_id)) {
    const why = reason(one, news)
    if (why === undefined) continue
    if (one.email !== null) await send(hearing, one, one.email, why)
    if (why === 'let_go' || why === 'cancelled') await endLinks(hearing.db, one)
  }
}

/** Why somebody is written to now, if at all. */
function reason(one: Outside, news?: News): News | 'asked' | 'let_go' | undefined {
  if (one.to_let_go) return 'let_go'
  if (news === 'cancelled') return one.answer === 'asked' || one.answer === 'accepted' ? news : undefined
  if (!one.live || one.answer === null || one.answer === 'declined') return undefined
  return one.to_ask ? 'asked' : news
}

/** The mail, with a link of its own: what is stored of a link cannot be written again. */
async function send(hearing: Hearing, one: Outside, to: string, why: News | 'asked' | 'let_go'): Promise<void> {
  const { t, fmt } = hearing.wordsIn(one.locale)
  const { token, hash } = newToken()
  const answers = why !== 'let_go' && why !== 'cancelled'
  if (answers) await addLink(hearing.db, one, hash)
  const href = hearing.address(`/sessions/answers/${token}`, 'open')
  await hearing.mail({
    // with the link's own beginning: should this be tried again, the mail that counts has the link that works
    key: `crew:${one.person_id}:${token.slice(0, 8)}`,
    to,
    locale: one.locale,
    subject: t(`sessions.crew.mail.${why}.subject`, {
      studio: hearing.studio.name,
      when: fmt.range(one.starts_at, one.ends_at)
    }),
    lines: [
      t(`sessions.crew.mail.${why}.text`, { name: one.name, studio: hearing.studio.name }),
      ...facts(hearing, one)
    ],
    ...(answers && { button: { label: t(`sessions.crew.mail.${why === 'asked' ? 'answer' : 'see'}`), href } }),
    ...(answers && { note: t('sessions.crew.mail.note') })
  })
}

/** When, where and as what: never for whom, before they have said yes. */
function facts(hearing: Hearing, { locale, role, room, starts_at, ends_at, answer, who }: Called): string[] {
  const { t, fmt } = hearing.wordsIn(locale)
  const place = t('sessions.crew.mail.place', { room, studio: hearing.studio.name })
  return [
    fmt.range(starts_at, ends_at),
    role === null ? place : `${place} · ${t(`sessions.roles.${role}`)}`,
    ...(answer === 'accepted' && who !== null ? [who] : [])
  ]
}
