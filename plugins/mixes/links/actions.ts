import { action, conflict, notFound, refuse } from '@patchbay/core'
import { hashPassword } from '@patchbay/core/people/passwords'
import { LinkForm, ShareForm, shortestPassword } from './forms.ts'
import { mailKey } from './mail.ts'
import { endOf, makeLink, revokeLink } from './making.ts'
import { linkById } from './queries.ts'

/* Links for guests, as the studio makes them and takes them back. */

/** A link for somebody without an account; mailed at once where an address is given. */
export const shareMix = action({
  name: 'mixes.share',
  permission: 'mixes.share',
  input: ShareForm,
  secret: ['password'],
  async run(running, { password, expires_on, revision_ids, ...wanted }) {
    const { tell, studio } = running
    if (password !== null && password.length < shortestPassword)
      throw refuse({ password: { key: 'mixes.links.errors.password_short', values: { n: shortestPassword } } })
    const expires_at = endOf(expires_on, studio.timezone)
    const password_hash = password === null ? null : await hashPassword(password)
    const chosen = revision_ids.length > 0 ? revision_ids : null
    const made = await makeLink(running, { ...wanted, revision_ids: chosen, password_hash, expires_at })
    const { project_id, track_id } = wanted
    if (wanted.email !== null) tell('mixes.link-sent', { link_id: made.link_id, project_id })
    return { ...made, project_id, track_id }
  },
  about: ({ link_id, project_id, track_id }) => ({
    share_link: link_id,
    project: project_id,
    ...(track_id && { track: track_id })
  })
})

/** Takes a link back: whoever listens by it hears nothing more. */
export const revokeShare = action({
  name: 'mixes.revoke_share',
  permission: 'mixes.share',
  input: LinkForm,
  async run(running, { id }) {
    const link = await linkById(running.db, id)
    if (!link) throw notFound()
    if (!(await revokeLink(running, id))) throw conflict('mixes.links.errors.revoked')
    return { id, project_id: link.project_id }
  },
  about: ({ id, project_id }) => ({ share_link: id, project: project_id })
})

/** How long a link that ran out is good for when it is made anew. */
const daysAgain = 30

/** The same link again under a new address: for one that was taken back, ran out or went astray, which is over with it. */
export const renewShare = action({
  name: 'mixes.renew_share',
  permission: 'mixes.share',
  input: LinkForm,
  async run(running, { id }) {
    const before = await linkById(running.db, id)
    if (!before) throw notFound()
    if (before.state !== 'revoked') await revokeLink(running, id)
    const over = before.expires_at !== null && before.expires_at <= new Date()
    const expires_at = over ? new Date(Date.now() + daysAgain * 864e5) : before.expires_at
    const made = await makeLink(running, { ...before, expires_at })
    return { ...made, project_id: before.project_id }
  },
  about: ({ link_id, project_id }) => ({ share_link: link_id, project: project_id })
})

/** Mails a link to whom it is for; once, and again while the mail server would not take it. */
export const sendShare = action({
  name: 'mixes.send_share',
  permission: 'mixes.share',
  input: LinkForm,
  async run({ db, tell, letters, mailAgain }, { id }) {
    const link = await linkById(db, id)
    if (!link) throw notFound()
    if (link.state === 'revoked' || link.state === 'expired') throw conflict(`mixes.links.errors.${link.state}`)
    if (link.email === null) throw refuse({ email: 'mixes.links.errors.no_email' })
    const [letter] = await letters([mailKey(id)])
    if (letter?.sent_at) throw refuse({ email: 'mixes.links.errors.sent' })
    if (letter) await mailAgain(mailKey(id))
    else tell('mixes.link-sent', { link_id: id, project_id: link.project_id })
    return { id, project_id: link.project_id }
  },
  about: ({ id, project_id }) => ({ share_link: id, project: project_id })
})
