import { action, conflict, notFound, refuse } from '@patchbay/core'
import './contract.ts'
import { findProject, findTrack } from './credit-queries.ts'
import { SignatureForm } from './forms.ts'
import { letterOf } from './letter.ts'
import { splitPdf } from './split-papers.ts'
import * as queries from './split-queries.ts'

/**
 * Sends a locked sheet to all who share, to be signed online, in any order; whoever keeps signatures does the rest. A
 * sheet that is open there is replaced.
 */
export const sendSplit = action({
  name: 'credits.send_split',
  permission: 'credits.lock',
  input: SignatureForm,
  async run(running, { track_id, kind, language }) {
    const { db, ask, studio, wordsIn, tell } = running
    const track = await findTrack(db, track_id)
    const project = track && (await findProject(db, track.project_id))
    if (!track || !project) throw notFound()
    const { id } = await queries.lockSheet(db, track_id, kind)
    const sheet = (await queries.listSheets(db, [track_id])).find(one => one.id === id)
    if (!sheet?.locked_at) throw conflict('credits.errors.not_locked')
    const shares = (await queries.listShares(db, [track_id])).filter(one => one.kind === kind)
    const voice = { ...wordsIn(language), locale: language }
    const pdf = await splitPdf(
      { project, track, kind, sheet, shares },
      voice,
      await letterOf({ ask, studio, db }, language)
    )
    const [asked] = await ask('signatures.ask', {
      running,
      document: `split:${id}`,
      title: `${voice.t(`credits.paper.split_${kind}`)} – ${track.title}`.slice(0, 200),
      language,
      pdf,
      signers: signersOf(shares),
      consent: voice.t(`credits.paper.consent_${kind}`),
      message: null,
      may_decline: true,
      expires_at: null,
      early_start: null
    })
    if (!asked) throw refuse({ '': 'credits.errors.no_signatures' })
    await queries.setRequest(db, id, asked.request_id)
    tell('credits.changed', { track_id, project_id: track.project_id })
    return asked.request_id
  },
  about: (_, { track_id }) => ({ track: track_id })
})

/** Everybody who shares, once, all at the same time. @throws refuse with the names of those without a mail address */
function signersOf(shares: readonly queries.Share[]) {
  const all = [...new Map(shares.map(one => [one.musician_id, one])).values()]
  const without = all.filter(({ email }) => email === null).map(({ name }) => name)
  if (without.length > 0) {
    throw refuse({ '': { key: 'credits.errors.no_email', values: { names: without.join(', ') } } })
  }
  return all.flatMap(({ name, email }) => (email === null ? [] : [{ name, email, role: null, step: 1 }]))
}
