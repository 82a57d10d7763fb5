import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { chooseNotifications, readAllNotifications, readNotification } from './actions.ts'
import { countUnread, listChoices, notificationList } from './queries.ts'
import { NotificationSettings } from './settings.ts'
import { sentence } from './words.ts'

const mayRead = allow('notifications.read')

export function staff(app: FastifyInstance): void {
  app.get('/', mayRead, async (request, reply) => {
    const { t, fmt } = request.words()
    const page = await request.list(notificationList)
    const unread = await countUnread(request.db, request.actor.id ?? 0)
    const rows = page.rows.map(row => ({ ...row, sentence: sentence(row, { t, fmt }) }))
    return reply.page('notifications/list', {
      ...page,
      rows,
      unread,
      title: t('notifications.title'),
      styles: ['/static/notifications/notifications.css']
    })
  })

  app.get('/bell', mayRead, async (request, reply) => {
    return reply.view('parts/bell', { unread: await countUnread(request.db, request.actor.id ?? 0) })
  })

  // opening one reads it: a button, because a link that is only looked at must not
  app.post('/:id/reading', mayRead, async (request, reply) => {
    const outcome = await request.act(readNotification, { id: request.recordId() })
    return reply.redirect(outcome.ok ? `${request.base}${outcome.value.path}` : `${request.base}/notifications`, 303)
  })

  app.post('/reading', mayRead, async (request, reply) => {
    await request.act(readAllNotifications)
    return reply.flash('notifications.flash.all_read').redirect(`${request.base}/notifications`, 303)
  })

  app.get('/preferences', mayRead, async (request, reply) => {
    return reply.page('notifications/preferences', { ...(await preferences(request)), errors: {} })
  })

  app.post('/preferences', mayRead, async (request, reply) => {
    const outcome = await request.act(chooseNotifications)
    if (outcome.ok) return reply.flash('notifications.flash.chosen').redirect(`${request.base}/notifications`, 303)
    return reply.code(422).page('notifications/preferences', { ...(await preferences(request)), ...outcome })
  })
}

/** Every kind there is, with what this person chose, or what holds for those who have not. */
async function preferences(request: FastifyRequest) {
  const { mail_by_default } = NotificationSettings.parse(request.switched.settings('notifications'))
  const kinds = (await request.ask('core.notice-kinds', {})).flat()
  const chosen = new Map((await listChoices(request.db, request.actor.id ?? 0)).map(choice => [choice.kind, choice]))
  return {
    title: request.words().t('notifications.preferences.title'),
    kinds: kinds.map(kind => ({ in_page: true, by_mail: mail_by_default, ...kind, ...chosen.get(kind.kind) }))
  }
}
