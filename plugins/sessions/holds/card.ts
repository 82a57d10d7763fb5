import { together } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import type { Shown } from '../queries.ts'
import { settingsOf } from '../settings.ts'
import { challengesOf } from './challenge-queries.ts'
import type { Challenge } from './challenge-queries.ts'
import { challengeDeadline } from './deadlines.ts'
import type { Deadline } from './deadlines.ts'
import { listRivals } from './queries.ts'
import type { Rival } from './queries.ts'
import { waitingFor } from './waiting-queries.ts'
import type { Waiting } from './waiting-queries.ts'

/** Who else wants a session's time, and what came of it. */
export interface Holds {
  rivals: Rival[]
  waiting: Waiting[]
  challenges: Challenge[]
  /** The challenge that runs against this option. */
  open: Challenge | undefined
  /** Until when it would have to answer if it were challenged now; undefined when it cannot be. */
  deadline: Deadline | undefined
  /** What one click adds to an option, in hours. */
  option_hours: number
}

/** For a session's page, over `db`, which may be that of `together`: two statements, three for an option. */
export async function holdsOf(request: FastifyRequest, session: Shown, db: Db = request.db): Promise<Holds> {
  const { studio } = request
  const live = session.state === 'option' && session.expires_at !== null
  const settings = settingsOf(request.switched.settings('sessions'))
  const [rivals, waiting, challenges] = await together(db, db => [
    live ? listRivals(db, session.id) : [],
    waitingFor(db, session, studio.timezone),
    challengesOf(db, session.id)
  ])
  const open = challenges.find(one => one.outcome === 'open' && one.session_id === session.id)
  const wanted = waiting.length > 0 || rivals.some(({ rank }) => rank > (session.rank ?? 1))
  const deadline =
    live && session.rank === 1 && !open && wanted
      ? challengeDeadline({ ...session, expires_at: session.expires_at as Date }, settings, studio.timezone)
      : undefined
  return { rivals, waiting, challenges, open, deadline, option_hours: settings.option_hours }
}
