import type { Db } from '@patchbay/core'
import { together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { randomUUID } from 'node:crypto'
import { listCredits, partiesOf } from './credit-queries.ts'
import type { Project, Track } from './credit-queries.ts'
import { letterOf } from './letter.ts'
import { playedIn } from './proposals.ts'
import { sessionsOf } from './proposal-queries.ts'
import { rinMessage } from './rin.ts'
import { folded } from './roles.ts'
import { settingsOf } from './settings.ts'
import { listShares } from './split-queries.ts'

/** A message and the name of its file. */
export interface RinFile {
  name: string
  content: string
}

/** The messages of these tracks of one project. */
export async function rinFiles(
  request: FastifyRequest,
  project: Project,
  tracks: readonly Track[]
): Promise<RinFile[]> {
  const { db, studio } = request
  const ids = tracks.map(({ id }) => id)
  const { locale } = request.words()
  const created = new Date()
  const [credits, musicians, shares, sessions] = await together(db, (db: Db) => [
    listCredits(db, ids),
    partiesOf(db, ids),
    listShares(db, ids),
    sessionsOf(db, project.id)
  ])
  const ask = request.ask.bind(request)
  const [played, recordings, letter] = [
    await playedIn(ask, sessions),
    (await ask('credits.recordings', { track_ids: ids })).reduce((all, some) => ({ ...all, ...some }), {}),
    await letterOf({ ask, studio, db }, locale)
  ]
  const { dpid } = settingsOf(request.switched.settings('credits'))
  return tracks.map(track => {
    const own = <Row extends { track_id: number }>(rows: readonly Row[]) =>
      rows.filter(row => row.track_id === track.id)
    const on = sessions.filter(({ id }) => {
      const titles = played.filter(one => one.session_id === id).flatMap(one => one.titles)
      return titles.length === 0 || titles.map(folded).includes(folded(track.title))
    })
    const there = new Set(on.map(({ id }) => id))
    const content = rinMessage({
      created,
      message_id: randomUUID(),
      studio: {
        name: studio.name,
        slug: studio.slug,
        dpid: dpid || null,
        address: letter.address,
        country: letter.country
      },
      language: locale,
      project,
      track,
      credits: own(credits),
      musicians,
      shares: own(shares),
      recording: recordings[track.id] ?? null,
      sessions: on,
      played: played.filter(({ session_id }) => there.has(session_id))
    })
    return { name: rinName(project, track, created), content }
  })
}

/** As the standard names its files: label's number, ours, what it is, when; letters, digits and hyphens only. */
export function rinName(project: Project, track: Track, created: Date): string {
  const plain = (text: string) =>
    folded(text)
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60)
  const at = created.toISOString().replace(/[-:]|\.\d{3}Z$/g, '')
  return (
    [plain(project.catalogue_number ?? ''), project.id, track.position, plain(track.title), at].join('_') + '.rin.xml'
  )
}
