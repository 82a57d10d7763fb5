import { action, notFound, refuse } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import { FeedIdForm, LinkForm } from './forms.ts'
import { addLinkRow, findLink, mostLinks, removeLinkRow, renewLinkRow } from './link-queries.ts'
import { aboutWhose, mayHave, whoseIs } from './whose.ts'

/** Makes a private link for calendars. Its address is in the result and nowhere else. */
export const addLink = action({
  name: 'feeds.add_link',
  permission: 'feeds.read',
  input: LinkForm,
  async run(running, { of, detail }) {
    const whose = await whoseIs(running, of, 'of')
    const { token, hash } = newToken()
    const created_by = running.person.id
    const id = await addLinkRow(running.db, { ...whose, detail, token_hash: hash, created_by })
    if (id === undefined) throw refuse({ '': { key: 'feeds.errors.too_many_links', values: { n: mostLinks } } })
    return { id, ...whose, address: running.address(`/feeds/${token}.ics`, 'open') }
  },
  about: aboutWhose
})

/** Gives a link a new address; the old one leads nowhere from now on. */
export const renewLink = action({
  name: 'feeds.renew_link',
  permission: 'feeds.read',
  input: FeedIdForm,
  async run(running, { id }) {
    const link = await findLink(running.db, id)
    if (!link || !mayHave(running, link)) throw notFound()
    const { token, hash } = newToken()
    if (!(await renewLinkRow(running.db, id, hash))) throw notFound()
    const { room_id, person_id } = link
    return { id, room_id, person_id, address: running.address(`/feeds/${token}.ics`, 'open') }
  },
  about: aboutWhose
})

/** Revokes a link: it leads nowhere from now on. */
export const removeLink = action({
  name: 'feeds.remove_link',
  permission: 'feeds.read',
  input: FeedIdForm,
  async run(running, { id }) {
    const link = await findLink(running.db, id)
    if (!link || !mayHave(running, link)) throw notFound()
    await removeLinkRow(running.db, id)
    return { id, room_id: link.room_id, person_id: link.person_id }
  },
  about: aboutWhose
})
