import { notFound, time, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { gates } from './contract.ts'
import { deliverables, filesOf } from './file-queries.ts'
import type { Deliverable } from './file-queries.ts'
import { gateOf } from './gate.ts'
import { measures, size, whatIs } from './manifest.ts'
import { namesFor } from './naming.ts'
import { findDelivery, findProject, projectsWithMusic } from './queries.ts'
import type { Delivery } from './queries.ts'
import { addressOf, mailKey } from './sending.ts'
import { listVisits } from './visits.ts'

/* What the studio sees of its packages. */

export const styles = ['/static/deliveries/deliveries.css']

/** Days for which a new package is there when nobody says otherwise. */
const usualDays = 30

/** What is picked beforehand, by name. */
const presets: Record<string, (file: Deliverable) => boolean> = {
  masters: ({ version, current }) => version === 'master' && current,
  mixes: ({ version, current }) => version === 'final' && current,
  stems: ({ kind }) => kind === 'stem',
  all: ({ version, current, furthest }) => version === null || (current && furthest)
}
export const presetNames = Object.keys(presets)

/** A package: its files, its gate, its address, who took what. */
export async function card(request: FastifyRequest) {
  const { db, can } = request
  const delivery = await deliveryIn(request)
  const [files, visits] = await together(db, over => [filesOf(over, delivery.id), listVisits(over, delivery.id)])
  const key = mailKey(delivery)
  const [letter] = key === undefined ? [] : await request.letters([key])
  const { t, fmt } = request.words()
  return {
    styles,
    title: delivery.title,
    delivery,
    files: files.map(file => ({ ...file, what: whatIs(file, t), measures: measures(file, { t, fmt }) })),
    size: size(
      files.reduce((sum, { bytes }) => sum + bytes, 0),
      { t, fmt }
    ),
    gate: await gateOf({ db, ask: (question, input, over) => request.ask(question, input, over) }, delivery, files),
    address: can('deliveries.write') ? addressOf(request, delivery) : undefined,
    letter,
    visits,
    errors: {},
    values: {}
  }
}

/** The form of a new package: of which project, then of which files. */
export async function newPage(request: FastifyRequest, given: Record<string, unknown>) {
  const { db, studio } = request
  const { t } = request.words()
  const id = Number(given['project_id'])
  const project = Number.isSafeInteger(id) && id > 0 ? await findProject(db, id) : undefined
  if (given['project_id'] !== undefined && !project) throw notFound()
  const title = t('deliveries.new.title')
  if (!project) return { styles, title, project, projects: await projectsWithMusic(db), errors: {}, values: {} }
  const files = await deliverables(db, project.id)
  const preset = presetNames.find(name => name === given['preset']) ?? firstPreset(files)
  const picked = files.filter(file => presets[preset]?.(file)).map(({ audio_id }) => String(audio_id))
  const values = {
    title: project.title,
    recipient: project.recipient ?? '',
    email: project.email ?? '',
    gate: 'approved_and_paid',
    scope: 'download',
    with_report: true,
    with_notes: true,
    expires_on: time.addDays(time.today(studio.timezone), usualDays),
    audio_ids: picked,
    ...given
  }
  return {
    styles,
    title,
    project,
    files: shownFiles(request, files),
    preset,
    presets: presetNames,
    gates,
    errors: {},
    values
  }
}

/** The form of a package's terms. */
export async function termsPage(request: FastifyRequest) {
  const delivery = await deliveryIn(request)
  const { title, recipient, email, message, gate, scope, with_report, with_notes, most_downloads, expires_at } =
    delivery
  // it ends with the day before
  const expires_on = expires_at ? time.addDays(time.localOf(expires_at, request.studio.timezone).day, -1) : ''
  const values = { title, recipient, email, message, gate, scope, with_report, with_notes, most_downloads, expires_on }
  return { styles, title: request.words().t('deliveries.edit.title', { title }), delivery, gates, errors: {}, values }
}

/** The form of its files: all that can be delivered, with what is in it and under which name. */
export async function filesPage(request: FastifyRequest) {
  const { db, studio } = request
  const delivery = await deliveryIn(request)
  const [offered, chosen] = await together(db, over => [
    deliverables(over, delivery.project_id),
    filesOf(over, delivery.id)
  ])
  const by = { title: delivery.project_title, artist: delivery.project_artist, studio: studio.name }
  const names = new Map(namesFor(offered, by).map(one => [one.audio_id, one]))
  for (const { audio_id, name, folder } of chosen) names.set(audio_id, { audio_id, name, folder })
  const picked = new Set(chosen.map(({ audio_id }) => audio_id))
  const rows = shownFiles(request, offered).map(file => ({
    ...file,
    chosen: picked.has(file.audio_id),
    name: names.get(file.audio_id)?.name ?? '',
    folder: picked.has(file.audio_id)
      ? (names.get(file.audio_id)?.folder ?? '')
      : chosen[0]?.folder === ''
        ? ''
        : (names.get(file.audio_id)?.folder ?? '')
  }))
  const title = request.words().t('deliveries.files.title', { title: delivery.title })
  return { styles, title, delivery, rows, errors: {}, values: {} }
}

/** A file as forms show it. */
function shownFiles(request: FastifyRequest, files: readonly Deliverable[]) {
  const { t, fmt } = request.words()
  return files.map(file => ({
    audio_id: file.audio_id,
    track: file.track_title,
    what: whatIs(file, t),
    measures: measures(file, { t, fmt }),
    old: !file.current,
    approved: file.state === 'approved'
  }))
}

const firstPreset = (files: readonly Deliverable[]): string =>
  presetNames.find(name => files.some(file => presets[name]?.(file))) ?? 'all'

async function deliveryIn(request: FastifyRequest): Promise<Delivery> {
  const delivery = await findDelivery(request.db, request.recordId())
  if (!delivery) throw notFound()
  return delivery
}
