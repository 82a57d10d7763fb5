import t from 'tap'
import { attachmentLimit } from '../../core/mail.ts'
import type { Letter } from '../../core/mail.ts'
import { openStudio } from '../helper.ts'
import { openSmtp } from '../smtp.ts'

const letter: Letter = { locale: 'fr', subject: 'Feuille de service', lines: ['À demain.'], from: 'Studio Test' }
const file = {
  name: 'Feuille de service – Zoë Çelik.pdf',
  type: 'application/pdf',
  content: Buffer.from('%PDF-1.7 àéî\0ÿ', 'latin1')
}

t.test('files arrive with their mail as they are, and are kept no longer', async t => {
  const smtp = await openSmtp(t)
  const { host, settle } = await openStudio(t, { env: { SMTP_URL: smtp.url } })
  const master = host.tenants.master
  const calendar = { name: 'séance.ics', type: 'text/calendar; charset=utf-8', content: Buffer.from('BEGIN:VCALENDAR') }
  await host.mailer.queue(master, { ...letter, to: 'zoe@example.test', attachments: [file, calendar] })
  await settle()
  const [mail] = smtp.received
  t.same(mail?.parts.slice(2), [
    { type: mail?.parts[2]?.type, name: file.name, content: file.content },
    { type: mail?.parts[3]?.type, name: calendar.name, content: calendar.content }
  ])
  t.match(mail?.parts[2]?.type, /^application\/pdf/)
  t.match(mail?.parts[3]?.type, /^text\/calendar/)
  t.match(mail?.parts[0]?.content.toString(), 'À demain.')
  t.same(await master('mail_attachments').select(), [], 'what is sent is no longer kept')

  const large = { ...file, content: Buffer.alloc(attachmentLimit + 1) }
  await t.rejects(host.mailer.queue(master, { ...letter, to: 'zoe@example.test', attachments: [large] }), /attachments/)
  t.equal((await master('mails').select()).length, 1, 'a mail that is too large is not written at all')
})

t.test('what a server refuses is tried again on demand, also to another address', async t => {
  const smtp = await openSmtp(t, to => (to.startsWith('wrong') ? '550 no such mailbox' : undefined))
  const { host, settle } = await openStudio(t, { env: { SMTP_URL: smtp.url } })
  const master = host.tenants.master
  const state = () => master('mails').first('recipient', 'sent_at', 'attempts', 'last_error')
  await host.mailer.queue(master, { ...letter, to: 'wrong@example.test', dedupe_key: 'a', attachments: [file] })
  await settle()
  t.match(await state(), { sent_at: null, attempts: 1, last_error: /no such mailbox/ })
  t.equal(await host.mailer.again(master, 'a'), true)
  await settle()
  t.match(await state(), { sent_at: null, attempts: 2, last_error: /no such mailbox/ }, 'at once, not in its turn')
  t.equal(await host.mailer.again(master, 'a', 'right@example.test'), true)
  await settle()
  t.match(await state(), { recipient: 'right@example.test', sent_at: Date, last_error: null })
  t.same(
    smtp.received.map(({ to }) => to),
    [['right@example.test']]
  )
  t.equal(smtp.received[0]?.parts.at(-1)?.name, file.name, 'with its file')
  t.equal(await host.mailer.again(master, 'a'), false, 'what is sent is sent')
  t.equal(await host.mailer.again(master, 'b'), false)
})

t.test('a mail that is withdrawn or worth nothing any more is not sent', async t => {
  const smtp = await openSmtp(t)
  const { host, settle } = await openStudio(t, { env: { SMTP_URL: smtp.url } })
  const master = host.tenants.master
  // within a transaction no job can see it yet
  await master.transaction(async trx => {
    await host.mailer.queue(trx, { ...letter, to: 'a@example.test', dedupe_key: 'gone', attachments: [file] })
    await host.mailer.withdraw(trx, ['gone', 'never written'])
  })
  await host.mailer.queue(master, { ...letter, to: 'b@example.test', dedupe_key: 'late', expires_at: new Date(0) })
  await host.mailer.queue(master, { ...letter, to: 'c@example.test', dedupe_key: 'c', expires_at: new Date(9e12) })
  await host.mailer.queue(master, { ...letter, to: 'd@example.test', dedupe_key: 'c' })
  await settle()
  t.same(
    smtp.received.map(({ to }) => to),
    [['c@example.test']],
    'once, in time, to whom it was first written'
  )
  t.match(await master('mails').where({ dedupe_key: 'late' }).first(), { sent_at: null, last_error: 'expired' })
  await host.mailer.withdraw(master, ['c'])
  t.equal((await master('mails').where({ dedupe_key: 'c' }).select()).length, 1, 'what was sent stays known')
})

t.test('without a mail server the outbox shows a mail with the names of its files', async t => {
  const { host, visitor } = await openStudio(t, { env: { DEMO: 'on' } })
  await host.mailer.queue(host.tenants.master, { ...letter, to: 'zoe@example.test', attachments: [file] })
  const page = await visitor.get('//outbox')
  t.equal(page.statusCode, 200)
  t.match(page.body, file.name)
  t.match(page.body, '(1 Ko)')
})
