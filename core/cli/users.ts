import { addAccount, changePassword, findAccount } from '../people/accounts.ts'
import { forgetTries } from '../people/attempts.ts'
import { accountKey } from '../pages/sign-in.ts'
import { sayHint } from '../realtime.ts'
import { CannotDo, command } from './command.ts'
import type { Command } from './command.ts'
import { askPassword, checked, linkLines, passwordLink } from './given.ts'
import { noteByOperator } from './trail.ts'

const create = command({
  name: 'user create',
  summary: 'Makes an account that belongs to no studio yet.',
  options: {
    email: { value: 'MAIL', required: true, help: 'mail address, which is also what the person signs in with' },
    name: { value: 'NAME', required: true, help: 'name' },
    locale: { value: 'fr|en', help: 'language; fr when not given' },
    password: { help: 'ask for the password, or read it from standard input, instead of giving a link' }
  },
  async run({ values, desk }) {
    const { password } = values
    const { email = '', name = '', locale = 'fr' } = checked(values, desk.t)
    const { tenants } = await desk.open('make')
    if (await findAccount(tenants.master, email)) throw new CannotDo(`${email} has an account already.`)
    const password_hash = password ? await askPassword([email, name], desk) : null
    const id = await tenants.master.transaction(async trx => {
      const id = await addAccount(trx, { email, name, locale, password_hash, confirmed: true })
      await noteByOperator(trx, { action: 'account.created', about: [`user:${id}`] })
      return id
    })
    const link = password ? undefined : await passwordLink(tenants.master, id, desk)
    return {
      lines: [`${email} has an account.`, ...(link ? linkLines(name, link) : [])],
      data: { user: { id, email, name, locale }, ...(link && { password_link: link }) }
    }
  }
})

const renew = command({
  name: 'user password',
  argument: 'MAIL',
  summary: 'Gives a link with which a person chooses a new password, or sets one and ends all their sign-ins.',
  options: { password: { help: 'ask for the new password, or read it from standard input, and set it now' } },
  async run({ argument, values, desk }) {
    const { tenants } = await desk.open()
    const account = await findAccount(tenants.master, argument)
    if (!account) throw new CannotDo(`${argument} has no account: \`patchbay user create\` makes one.`)
    const { id, email, name } = account
    const user = { id, email, name }
    if (!values.password) {
      const link = await passwordLink(tenants.master, id, desk)
      await noteByOperator(tenants.master, { action: 'account.link_given', about: [`user:${id}`] })
      return { lines: linkLines(name, link), data: { user, password_link: link } }
    }
    const password_hash = await askPassword([email, name], desk)
    await tenants.master.transaction(async trx => {
      await changePassword(trx, id, password_hash, undefined)
      await forgetTries(trx, accountKey(email))
      await noteByOperator(trx, { action: 'account.password_reset', about: [`user:${id}`] })
      await sayHint(trx, { kind: 'person', user: id })
    })
    return { lines: `${name} has a new password and is signed out everywhere.`, data: { user } }
  }
})

export const userCommands: readonly Command[] = [create, renew]
