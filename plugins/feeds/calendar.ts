import type { Hearing, Studio } from '@patchbay/core'
import { lazily } from '@patchbay/core/lazily'
import type { ICalEventStatus } from 'ical-generator'
import type { Subscription } from './link-queries.ts'
import type { FedSession } from './session-queries.ts'

const icalendar = lazily<typeof import('ical-generator')>('ical-generator', import.meta.url)

interface Around {
  studio: Studio
  t: ReturnType<Hearing['wordsIn']>['t']
  address: (path: string) => string
}

/** How the UIDs of a studio's sessions end. */
export const uidsOf = ({ slug }: Pick<Studio, 'slug'>): string => `@${slug}.patchbay`

/**
 * What is booked, as a calendar file with every time in UTC. It says the same as long as nothing changed, to the byte: a
 * time stamp is that of the session's last change.
 */
export function calendarFile(link: Subscription, sessions: readonly FedSession[], around: Around): string {
  const { studio, t } = around
  const { default: newCalendar, ICalEventTransparency } = icalendar()
  const calendar = newCalendar({
    prodId: { company: 'Patchbay', product: 'Patchbay' },
    name: link.name === null ? studio.name : `${link.name} · ${studio.name}`,
    ttl: 15 * 60
  })
  for (const session of sessions) {
    const off = session.state === 'cancelled' || session.state === 'no_show'
    calendar.createEvent({
      id: `session-${session.id}${uidsOf(studio)}`,
      sequence: session.version,
      start: session.starts_at,
      end: session.ends_at,
      status: statusOf(session, off),
      transparency: off ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
      stamp: session.updated_at,
      created: session.created_at,
      lastModified: session.updated_at,
      ...(link.detail === 'full' ? described(link, session, around) : { summary: t('feeds.busy') })
    })
  }
  // the library leaves out the last line end, which readers are owed
  return `${calendar.toString()}\r\n`
}

function statusOf({ state, asked }: FedSession, off: boolean): ICalEventStatus {
  const { ICalEventStatus } = icalendar()
  if (off) return ICalEventStatus.CANCELLED
  return state === 'option' || asked ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED
}

function described(link: Subscription, session: FedSession, { studio, t, address }: Around) {
  const { state, rank, title, client_name, people } = session
  const what = [client_name, title].filter(Boolean).join(' · ')
  const word = t(`feeds.states.${state}`, { rank: rank ?? 1 })
  const lines = [word, people && `${t('feeds.people')} ${people}`]
  return {
    summary: state === 'option' ? `${word} · ${what}` : what,
    description: lines.filter(Boolean).join('\n'),
    location: `${session.room_name}, ${studio.name}`,
    // who works from outside cannot sign in
    ...(link.person_id === null || link.person_id > 0 ? { url: address(`/sessions/${session.id}`) } : {})
  }
}
