import { together } from '@patchbay/core'
import type { Asking, Hit, Plugin, Section } from '@patchbay/core'
import './contract.ts'
import { lacksOf } from './complete.ts'
import * as queries from './credit-queries.ts'
import { giveToClient, musicianNames, musiciansOfClient, searchMusicians } from './musician-queries.ts'
import { notesOf, notesPdf, notesText } from './notes.ts'
import { billingsOf, linesOf } from './pages.ts'
import { performs } from './roles.ts'
import { listSheets, sheetsOfProject } from './split-queries.ts'

/** What credits say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'projects.sections': projectSection,
  'projects.track-sections': trackSection,
  'projects.tabs': async ({ can, base, t }) =>
    can('credits.read') ? { href: `${base}/credits`, label: t('credits.list.title'), order: 40 } : undefined,
  async 'clients.sections'({ db, can }, { client_id }) {
    if (!can('credits.read')) return undefined
    const musicians = await musiciansOfClient(db, client_id)
    return musicians.length > 0 ? { view: 'credits/_client', data: { musicians } } : undefined
  },
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = (await musiciansOfClient(db, client_id)).length
    return { count, label: t('credits.hanging', { n: count }) }
  },
  'clients.merge': ({ db }, { from, into }) => giveToClient(db, from, into),
  'core.search': hits,
  async 'core.records'({ db, can, base }, { about }) {
    const ids = about.filter(record => record.startsWith('musician:')).map(record => Number(record.slice(9)))
    if (ids.length === 0 || !can('credits.read')) return undefined
    const named = await musicianNames(db, ids)
    return Object.fromEntries(
      named.map(({ id, name }) => [`musician:${id}`, { label: name, href: `${base}/credits/musicians/${id}` }])
    )
  },
  'projects.papers': papers
}

async function projectSection(
  { db, can }: Asking,
  { project_id }: { project_id: number }
): Promise<Section | undefined> {
  if (!can('credits.read')) return undefined
  const [project, tracks, credits, sheets] = await together(db, db => [
    queries.findProject(db, project_id),
    queries.listTracks(db, project_id),
    queries.creditsOfProject(db, project_id),
    sheetsOfProject(db, project_id)
  ])
  if (!project) return undefined
  const lines = linesOf(project, tracks, credits, sheets)
  const complete = lines.filter(({ lacking }) => lacking.length === 0).length
  return {
    view: 'credits/_project',
    data: { project_id, tracks: lines.length, complete, groups: billingsOf(credits) }
  }
}

async function trackSection(
  { db, can }: Asking,
  { track_id, project_id }: { track_id: number; project_id: number }
): Promise<Section | undefined> {
  if (!can('credits.read')) return undefined
  const [track, project, credits, sheets] = await together(db, db => [
    queries.findTrack(db, track_id),
    queries.findProject(db, project_id),
    queries.listCredits(db, [track_id]),
    listSheets(db, [track_id])
  ])
  if (!track || !project) return undefined
  const locked = sheets.some(({ kind, locked_at }) => kind === 'composition' && locked_at !== null)
  const { isrc, instrumental } = track
  const lacking = lacksOf({ isrc, instrumental, kind: project.kind, credits, locked }, performs)
  return { view: 'credits/_track', data: { track_id, groups: billingsOf(credits), sheets, lacking } }
}

async function hits({ db, can, base, t }: Asking, { text }: { text: string }): Promise<Hit[] | undefined> {
  if (!can('credits.read')) return undefined
  const found = await searchMusicians(db, text, 6)
  return found.map(({ id, name, stage_name, roles, instruments }) => {
    const hint = [stage_name, ...roles.map(role => t(`credits.roles.${role}`)), ...instruments]
      .filter(Boolean)
      .slice(0, 3)
    return {
      href: `${base}/credits/musicians/${id}`,
      label: name,
      icon: 'user-round',
      ...(hint.length > 0 && { hint: hint.join(' · ') })
    }
  })
}

/** Liner notes of a project as a PDF and as a text, for a package. */
async function papers(
  { db, studio, wordsIn }: Asking,
  { project_id, which, language }: { project_id: number; which: 'notes' | 'report'; language: 'fr' | 'en' }
): Promise<{ name: string; content: Buffer }[] | undefined> {
  if (which !== 'notes') return undefined
  const [project, tracks, credits] = await together(db, db => [
    queries.findProject(db, project_id),
    queries.listTracks(db, project_id),
    queries.creditsOfProject(db, project_id)
  ])
  if (!project) return undefined
  const voice = { ...wordsIn(language), locale: language }
  const notes = notesOf(voice, project, linesOf(project, tracks, credits, []))
  const name = voice.t('credits.paper.file')
  const letter = { name: studio.name, lines: [], address: null, country: null }
  return [
    { name: `${name}.pdf`, content: await notesPdf(notes, voice, letter) },
    { name: `${name}.txt`, content: Buffer.from(notesText(notes, voice)) }
  ]
}
