import { action, form, notFound } from '@patchbay/core'
import './contract.ts'
import { ChoicesForm, NoticeForm } from './forms.ts'
import { markAllRead, markRead, saveChoices } from './queries.ts'

const mine = { permission: 'notifications.read', personal: true, about: () => ({}) } as const

/** Marks one of one's own as read; gives where it leads. */
export const readNotification = action({
  name: 'notifications.read_one',
  ...mine,
  input: NoticeForm,
  async run({ db, person, tell }, { id }) {
    const path = await markRead(db, person.id ?? 0, id)
    if (path === undefined) throw notFound()
    tell('notifications.read', { person_id: person.id ?? 0 })
    return { path }
  }
})

export const readAllNotifications = action({
  name: 'notifications.read_all',
  ...mine,
  input: form({}),
  async run({ db, person, tell }) {
    const count = await markAllRead(db, person.id ?? 0)
    tell('notifications.read', { person_id: person.id ?? 0 })
    return { count }
  }
})

/** Which kinds of news somebody wants, on the page and by mail. Kinds that nobody gives are left out. */
export const chooseNotifications = action({
  name: 'notifications.choose',
  ...mine,
  input: ChoicesForm,
  async run({ db, person, ask }, { in_page, by_mail }) {
    const kinds = (await ask('core.notice-kinds', {})).flat()
    const choices = kinds.map(({ kind }) => ({
      kind,
      in_page: in_page.includes(kind),
      by_mail: by_mail.includes(kind)
    }))
    await saveChoices(db, person.id ?? 0, choices)
    return choices
  }
})
