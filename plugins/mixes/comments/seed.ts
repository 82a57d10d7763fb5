import { time } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { addLink, sealToken } from '../links/queries.ts'
import { consentTo } from '../reviews/deciding.ts'
import { addReview, decide, setRevisionState } from '../reviews/queries.ts'
import type { Decision } from '../reviews/queries.ts'
import { addComment } from './queries.ts'
import { carrySeeded, seededRevisions, settleSeeded } from './seed-queries.ts'
import type { SeededRevision } from './seed-queries.ts'

/** What was said of the demo's music: a list that is half done, a yes, and a master that waits for one. */
export async function seedComments(seeding: Seeding): Promise<void> {
  const { db } = seeding
  const revisions = await seededRevisions(db)
  const changed = revisions.find(({ state, version }) => state === 'changes' && version === 'final')
  const next =
    changed &&
    revisions.find(
      one => one.track_id === changed.track_id && one.number === changed.number + 1 && one.version === 'final'
    )
  const rough = changed && revisions.filter(one => one.track_id === changed.track_id && one.version === 'rough').at(-1)
  if (rough)
    await review(seeding, rough, {
      round: 1,
      outcome: 'changes',
      remark: 'On y est presque. Voix plus devant, et un vrai mix.'
    })
  if (changed)
    await review(seeding, changed, {
      round: 2,
      outcome: 'changes',
      remark: 'Le refrain est trop chargé, le reste est superbe.'
    })
  if (changed) await talk(seeding, changed, next)
  const master = revisions.find(({ version, state }) => version === 'master' && state === 'draft')
  const mix = master && revisions.filter(one => one.track_id === master.track_id && one.version === 'final').at(-1)
  if (mix) await review(seeding, mix, { round: 1, outcome: 'approved', remark: null })
  if (mix) await setRevisionState(db, mix.id, 'approved')
  if (master) await review(seeding, master, { round: 1, outcome: null })
  if (master) await setRevisionState(db, master.id, 'in_review')
}

/** Requests on one revision, two of them done on the next. */
async function talk(seeding: Seeding, on: SeededRevision, next: SeededRevision | undefined): Promise<void> {
  const { db, people } = seeding
  const engineer = people[2] ?? people[0]
  const assistant = people.at(-1)
  const long = on.duration_ms ?? 20_000
  const at = (part: number) => Math.round((long * part) / 1000) * 1000
  const guest = { author: on.client }
  const staff = { author: engineer?.name ?? 'Studio', person_id: engineer?.id ?? null }
  const said = [
    { ...guest, at_ms: at(0.12), body: 'La voix arrive trop loin ici, on la perd derrière la guitare.' },
    { ...guest, at_ms: at(0.4), until_ms: at(0.62), body: 'Refrain trop chargé : les nappes pourraient descendre.' },
    { ...guest, at_ms: at(0.7), body: 'J’adore ce break. Peut-on le laisser respirer une mesure de plus ?' },
    { ...staff, at_ms: at(0.85), body: 'Clic d’édition à reprendre sur la basse.' },
    { ...guest, body: 'Bravo pour le grave, c’est exactement ce qu’on voulait.' }
  ]
  for (const [index, words] of said.entries()) {
    const when = new Date(+on.created_at + (20 + index) * 3_600_000)
    const id = await addComment(db, { revision_id: on.id, at: when, ...words })
    const done = index === 0 || index === 4
    const by = staff.author
    if (index === 2 && assistant) {
      const answer = { revision_id: on.id, parent_id: id, at: new Date(+when + 7_200_000) }
      await addComment(db, {
        ...answer,
        ...staff,
        body: 'Oui, je rallonge la réverbe et je coupe la batterie un temps plus tôt.'
      })
    }
    if (index === 4) await settleSeeded(db, id, by, when)
    if (index === 4 || !next) continue
    const copy = await addComment(db, { revision_id: next.id, at: when, ...words })
    await carrySeeded(db, copy, id)
    if (!done) continue
    for (const one of [id, copy]) await settleSeeded(db, one, by, next.created_at)
  }
}

interface Came {
  round: number
  outcome: 'approved' | 'changes' | null
  remark?: string | null
}

/** A review as if it had been sent the day after the file came, and answered two days later. */
async function review(seeding: Seeding, of: SeededRevision, { round, outcome, remark = null }: Came): Promise<void> {
  const { db, sealed, studio, people, did } = seeding
  const sender = people[2]?.id ?? null
  const { token, hash } = newToken()
  const { id: revision_id, project_id, track_id, client: to_name, email: to_email } = of
  const link_id = await addLink(db, {
    project_id,
    track_id: null,
    revision_id: null,
    revision_ids: [revision_id],
    scope: 'comment',
    recipient: to_name,
    email: to_email,
    language: studio.locale,
    message: null,
    password_hash: null,
    most_visits: null,
    expires_at: null,
    created_by: sender,
    token_hash: hash
  })
  await sealToken(db, link_id, sealed.seal(token, `link:${link_id}`))
  const sent_at = new Date(+of.created_at + 3_600_000)
  const due_on = time.addDays(time.today(studio.timezone), outcome === null ? 4 : -1)
  const row = { revision_id, round, beyond: false, to_name, to_email, message: null, due_on, sent_by: sender, link_id }
  const id = await addReview(db, { ...row, supplement: null, sent_at })
  did('mixes.send_review', sent_at, { track: track_id, project: project_id }, sender)
  if (outcome === null) return
  const decided_at = new Date(+sent_at + 2 * 864e5)
  const proof: Partial<Decision> =
    outcome === 'approved' ? { sha256: of.sha256, words: consentTo(seeding, of), ip: '203.0.113.7' } : {}
  await decide(db, id, { outcome, decided_at, decided_by: to_name, decided_email: to_email, remark, ...proof })
  did('mixes.decide_by_link', decided_at, { track: track_id, project: project_id }, null)
}
