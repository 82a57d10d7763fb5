import type { Hearing, Plugin } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { holdResources } from '../conflicts.ts'
import { settingsOf } from '../settings.ts'
import { findChallenge, setChallengeLink } from './challenge-queries.ts'
import { findHolder } from './hearing-queries.ts'
import type { Holder } from './hearing-queries.ts'
import { endTaken, findOffer, setOfferLink } from './offer-queries.ts'
import { offerFreed, tellAgain } from './offering.ts'
import { moveUp } from './promotion.ts'
import { crewOf, listBehind } from './queries.ts'
import type { Freed } from './queries.ts'

/** What options, challenges and the waiting list do once something happened: others move up, those who wait are told. */
export const hears: NonNullable<Plugin['on']> = {
  'sessions.freed': async (hearing, { room_id, from, to }) => {
    const freed = { room_id, starts_at: new Date(from), ends_at: new Date(to) }
    await moveUpAtLeisure(hearing, freed)
    await offerFreed(hearing, freed)
  },
  'sessions.booked': (hearing, { session_id }) => takeBack(hearing, session_id),
  'sessions.moved': (hearing, { session_id }) => takeBack(hearing, session_id),
  'sessions.confirmed': (hearing, { session_id }) => takeBack(hearing, session_id),
  'sessions.reopened': (hearing, { session_id }) => takeBack(hearing, session_id),
  'sessions.promoted': async (hearing, { session_id, to_rank }) => {
    await takeBack(hearing, session_id)
    await tellClient(hearing, session_id, 'promoted', { rank: to_rank })
  },
  'sessions.released': async (hearing, { session_id }) => {
    const session = await findHolder(hearing.db, session_id)
    const reason = session?.lapsed ? 'lapsed' : session?.cancel_reason
    // whoever released it spoke with the client; what ended by itself the client should know
    if (reason === 'expired' || reason === 'lapsed' || reason === 'outranked')
      await tellClient(hearing, session_id, reason, {})
  },
  'sessions.challenged': async (hearing, { challenge_id }) => mailChallenge(hearing, challenge_id),
  'sessions.challenge-closed': async (hearing, { session_id, outcome }) => {
    if (outcome === 'withdrawn') await tellClient(hearing, session_id, 'withdrawn', {})
  },
  'sessions.waiting-told': async (hearing, { offer_id }) => mailOffer(hearing, offer_id)
}

/** What could not move up at once, because somebody was just at work on it. Here it is waited for. */
async function moveUpAtLeisure(hearing: Hearing, freed: Freed): Promise<void> {
  const behind = (await listBehind(hearing.db, freed)).map(({ id }) => id)
  if (behind.length === 0) return
  await holdResources(hearing.db, [freed.room_id], await crewOf(hearing.db, behind))
  await moveUp(hearing, [freed])
}

/** What somebody was offered is taken by a session now: they wait again, for what else there is. */
async function takeBack(hearing: Hearing, session_id: number): Promise<void> {
  for (const ended of await endTaken(hearing.db, session_id)) {
    tellAgain(hearing, ended)
    hearing.tell('sessions.waiting-changed', { waiting_id: ended.waiting_id })
  }
}

type News = 'promoted' | 'expired' | 'lapsed' | 'outranked' | 'withdrawn'

/** A mail to a session's client, in their language, if they have an address and the studio wants it. */
async function tellClient(hearing: Hearing, session_id: number, news: News, more: { rank?: number }): Promise<void> {
  const session = await findHolder(hearing.db, session_id)
  const { tell_clients, option_hours } = settingsOf(hearing.settings)
  if (!session?.email || !tell_clients) return
  const { t, fmt } = hearing.wordsIn(session.locale)
  const values = {
    ...wordsOf(session, fmt),
    ...more,
    hours: option_hours,
    until: session.expires_at ? fmt.datetime(session.expires_at) : ''
  }
  await hearing.mail({
    key: `${news}:${session_id}`,
    to: session.email,
    locale: session.locale,
    subject: t(`sessions.holds.mail.${news}.subject`, values),
    lines: [t('sessions.holds.mail.hello', values), t(`sessions.holds.mail.${news}.text`, values)],
    note: t('sessions.holds.mail.note', { studio: hearing.studio.name })
  })
}

const wordsOf = (
  { client, room, starts_at, ends_at }: Pick<Holder, 'client' | 'room' | 'starts_at' | 'ends_at'>,
  fmt: Hearing['fmt']
) => ({ client, room, when: fmt.range(starts_at, ends_at) })

/** The link to confirm or release, to the client of the option. A second mail of the same challenge has a link of its own. */
async function mailChallenge(hearing: Hearing, id: number): Promise<void> {
  const challenge = await findChallenge(hearing.db, id)
  const { tell_clients } = settingsOf(hearing.settings)
  if (challenge?.outcome !== 'open' || !challenge.client_email || !tell_clients) return
  const { token, hash } = newToken()
  await setChallengeLink(hearing.db, id, hash)
  const locale = challenge.client_locale ?? hearing.studio.locale
  const { t, fmt } = hearing.wordsIn(locale)
  const values = {
    ...wordsOf({ ...challenge, client: challenge.client_name ?? '' }, fmt),
    until: fmt.datetime(challenge.deadline_at)
  }
  await hearing.mail({
    // were this tried again, the first mail's link would lead nowhere: it must not keep the second from going
    key: `challenge:${id}:${hash.toString('hex', 0, 6)}`,
    to: challenge.client_email,
    locale,
    subject: t('sessions.holds.mail.challenged.subject', values),
    lines: ['hello', 'challenged.text', 'challenged.choice'].map(key => t(`sessions.holds.mail.${key}`, values)),
    button: {
      label: t('sessions.holds.mail.challenged.button'),
      href: hearing.address(`/sessions/challenges/${token}`, 'open')
    },
    note: t('sessions.holds.mail.note', { studio: hearing.studio.name })
  })
}

/** The link to take what came free, to whoever waited for it. */
async function mailOffer(hearing: Hearing, id: number): Promise<void> {
  const offer = await findOffer(hearing.db, id)
  const { tell_clients, option_hours } = settingsOf(hearing.settings)
  if (offer?.outcome !== 'open' || !offer.client_email || !tell_clients) return
  const { token, hash } = newToken()
  await setOfferLink(hearing.db, id, hash)
  const { t, fmt } = hearing.wordsIn(offer.client_locale)
  const values = {
    ...wordsOf({ ...offer, client: offer.client_name }, fmt),
    until: fmt.datetime(offer.until),
    hours: option_hours
  }
  await hearing.mail({
    key: `offer:${id}:${hash.toString('hex', 0, 6)}`,
    to: offer.client_email,
    locale: offer.client_locale,
    subject: t('sessions.holds.mail.offered.subject', values),
    lines: ['hello', 'offered.text', 'offered.choice'].map(key => t(`sessions.holds.mail.${key}`, values)),
    button: {
      label: t('sessions.holds.mail.offered.button'),
      href: hearing.address(`/sessions/offers/${token}`, 'open')
    },
    note: t('sessions.holds.mail.note', { studio: hearing.studio.name })
  })
}
