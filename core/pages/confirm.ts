import type { FastifyInstance, FastifyRequest } from 'fastify'
import { accountOf, confirmEmail, noteInTrail, studiosOf } from '../people/accounts.ts'
import { countTry } from '../people/attempts.ts'
import { allow } from '../doors.ts'
import { Failure } from '../errors.ts'
import { form } from '../forms.ts'
import type { Host } from '../host.ts'
import { confirmLetter, noticeLetter } from '../people/letters.ts'
import { addLink, findLink, takeLink } from '../people/mail-links.ts'
import { mirrorLater, mirrorNow } from '../people/mirror.ts'
import type { Person } from '../people/sign-ins.ts'
import { tokenOf } from './forgotten.ts'
import { again, submit } from './submit.ts'

/** This mail address is mine: a link by mail, a button behind it. */
export function confirmPages(app: FastifyInstance, host: Host): void {
  const titled = (request: FastifyRequest) => ({ title: request.words().t('confirm.title') })

  app.get('/confirm/:token', allow('public'), async (request, reply) => {
    const link = await findLink(host.tenants.master, 'confirm', tokenOf(request))
    if (!link) return reply.code(404).page('pages/link-gone', { ...titled(request), again: '/account' })
    return reply.page('pages/confirm', { ...titled(request), email: link.email })
  })

  app.post('/confirm/:token', allow('public'), async (request, reply) => {
    const outcome = await submit(request, form({}), () => confirm(host, request))
    if (!outcome.ok) return again(reply, outcome, 'pages/confirm', { ...titled(request), email: '' })
    return reply.flash('confirm.done').redirect('/', 303)
  })

  app.post('/account/confirmation', allow('person'), async (request, reply) => {
    await sendConfirmation(host, request.person)
    return reply.flash('confirm.sent').redirect('/account', 303)
  })
}

async function confirm(host: Host, request: FastifyRequest): Promise<void> {
  const studios = await host.tenants.master.transaction(async trx => {
    const link = await takeLink(trx, 'confirm', tokenOf(request))
    const account = link && (await accountOf(trx, link.user_id))
    if (!account) throw new Failure(404, 'link_gone')
    await confirmEmail(trx, account.id, link.email)
    await host.bus.say(trx, { kind: 'person', user: account.id })
    if (link.email === account.email) return []
    await noteInTrail(trx, account, 'account.email_changed', {
      ip: request.ip,
      details: { changes: { email: [account.email, link.email] } }
    })
    await host.mailer.queue(trx, noticeLetter(host, account, account.email, 'email_changed'))
    const studios = await studiosOf(trx, account.id)
    await mirrorLater(trx, ...studios)
    return studios
  })
  await mirrorNow(host, ...studios)
}

async function sendConfirmation(host: Host, person: Person | undefined): Promise<void> {
  if (!person || person.email_confirmed) return
  await countTry(host.tenants.master, `confirm-account:${person.id}`, { tries: 5, minutes: 15 })
  await host.tenants.master.transaction(async trx => {
    const token = await addLink(trx, person.id, 'confirm', person.email)
    await host.mailer.queue(trx, confirmLetter(host, person, person.email, token))
  })
}
