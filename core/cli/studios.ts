import { addAccount, findAccount } from '../people/accounts.ts'
import type { Registry } from '../boot.ts'
import { createStudio, deleteStudio } from '../database/provision.ts'
import { sayHint } from '../realtime.ts'
import type { Studio } from '../database/tenants.ts'
import { ask } from './ask.ts'
import { CannotDo, WrongUsage, command } from './command.ts'
import type { Command } from './command.ts'
import type { Desk } from './desk.ts'
import { askPassword, checked, linkLines, passwordLink } from './given.ts'
import { facts, sizeOf, table } from './paper.ts'
import { describeStudio, listStudios } from './studio-rows.ts'
import { noteByOperator } from './trail.ts'

const create = command({
  name: 'studio create',
  summary: 'Makes a studio with its own database, and its owner where the mail address has no account yet.',
  options: {
    name: { value: 'NAME', required: true, help: 'name of the studio' },
    owner: { value: 'MAIL', required: true, help: 'mail address of its owner' },
    'owner-name': { value: 'NAME', help: "the owner's name, for a new account" },
    password: { help: "ask for a new owner's password, or read it from standard input, instead of giving a link" },
    slug: { value: 'SLUG', help: 'its part of the address; drawn from the name when not given' },
    locale: { value: 'fr|en', help: 'language; fr when not given' },
    timezone: { value: 'ZONE', help: 'IANA time zone; Europe/Paris when not given' },
    currency: { value: 'CODE', help: 'ISO 4217; EUR when not given' },
    server: { value: 'NAME', help: 'database server; the one with fewest studios when not given' }
  },
  async run({ values, desk }) {
    const { password, server } = values
    const { owner: email = '', 'owner-name': ownerName, name = '', ...rest } = checked(values, desk.t)
    const registry = await desk.open('make')
    const { master } = registry.tenants
    const known = await findAccount(master, email)
    if (known && password)
      throw new CannotDo(`${email} has an account already: \`patchbay user password ${email}\` changes its password.`)
    const person = { email, name: ownerName ?? email.split('@')[0] ?? email, locale: rest.locale ?? ('fr' as const) }
    const password_hash = password ? await askPassword([email, person.name, name], desk) : null
    const server_id = server === undefined ? undefined : await serverId(registry, server)
    let user_id = known?.id ?? 0
    const studio = await createStudio(registry.tenants, {
      ...rest,
      name,
      ...(server_id !== undefined && { server: server_id }),
      via: 'cli',
      async inRegistry(trx) {
        if (!known) user_id = await addAccount(trx, { ...person, password_hash, confirmed: true })
        return { user_id }
      }
    })
    // a running process may already show this person's studios
    await sayHint(master, { kind: 'person', user: user_id })
    const link = known || password ? undefined : await passwordLink(master, user_id, desk)
    const url = `${desk.origin}/s/${studio.slug}/`
    return {
      lines: [`${studio.name} is at ${url}`, ...(link ? linkLines(email, link) : [`Its owner is ${email}.`])],
      data: {
        studio: publicOf(studio),
        url,
        owner: { id: user_id, email, new: !known },
        ...(link && { password_link: link })
      }
    }
  }
})

const list = command({
  name: 'studio list',
  summary: 'Shows every studio.',
  options: {},
  async run({ desk }) {
    const { tenants } = await desk.open()
    const studios = await listStudios(tenants)
    const rows = studios.map(one => [
      one.slug,
      one.name,
      one.status,
      one.server,
      one.database,
      one.members,
      one.schema,
      day(one.last_active_at)
    ])
    const lines = table(['SLUG', 'NAME', 'STATUS', 'SERVER', 'DATABASE', 'MEMBERS', 'SCHEMA', 'LAST USED'], rows)
    return {
      lines: studios.length > 0 ? lines : 'There is no studio yet: `patchbay studio create` makes one.',
      data: { studios }
    }
  }
})

const show = command({
  name: 'studio show',
  argument: 'SLUG',
  summary: 'Shows one studio: its owners, where its database is and how large, and what is wrong with it.',
  options: {},
  async run({ argument, desk }) {
    const registry = await desk.open()
    const found = await describeStudio(registry.tenants, await desk.studio(registry, argument))
    const { owners, size_bytes, last_error, last_active_at, created_at, ...rest } = found
    const lines = facts({
      ...rest,
      url: `${desk.origin}/s/${found.slug}/`,
      owners: owners.map(({ name, email }) => `${name} <${email}>`).join(', ') || 'none',
      size: size_bytes === null ? 'its server does not answer' : sizeOf(size_bytes),
      'made on': day(created_at),
      'last used': day(last_active_at),
      ...(last_error && { 'last error': last_error })
    })
    return { lines, data: { studio: found } }
  }
})

const suspend = command({
  name: 'studio suspend',
  argument: 'SLUG',
  summary: 'Closes a studio to its people at once; its data stays.',
  options: {},
  run: ({ argument, desk }) => setStatus(desk, argument, 'suspended')
})

const resume = command({
  name: 'studio resume',
  argument: 'SLUG',
  summary: 'Opens a suspended studio again.',
  options: {},
  run: ({ argument, desk }) => setStatus(desk, argument, 'active')
})

const remove = command({
  name: 'studio delete',
  argument: 'SLUG',
  summary: 'Deletes a studio for good: its database and everything in it. The accounts of its people stay.',
  options: { yes: { help: 'do not ask to type the slug' } },
  async run({ argument, values, desk }) {
    const registry = await desk.open()
    const studio = await desk.studio(registry, argument)
    if (!values.yes) {
      const typed = await ask(
        desk.terminal,
        `This deletes ${studio.name} and its database ${studio.database} for good. Type ${studio.slug} to go on:`
      )
      if (typed === undefined) throw new WrongUsage('Nobody is there to ask: --yes deletes without asking.')
      if (typed.trim() !== studio.slug) throw new CannotDo('Nothing was deleted.')
    }
    const { master } = registry.tenants
    await deleteStudio(registry.tenants, studio.id)
    const { id, slug, name, database } = studio
    await noteByOperator(master, {
      action: 'studio.deleted',
      about: [`studio:${id}`],
      details: { slug, name, database }
    })
    await sayHint(master, { kind: 'studio', studio: id })
    return { lines: `${name} is deleted.`, data: { deleted: { id, slug, name, database } } }
  }
})

export const studioCommands: readonly Command[] = [create, list, show, suspend, resume, remove]

async function setStatus(desk: Desk, slug: string, status: Studio['status']) {
  const registry = await desk.open()
  const studio = await desk.studio(registry, slug)
  if (studio.status !== status) {
    await registry.tenants.master.transaction(async trx => {
      await trx('organizations').where({ id: studio.id }).update({ status })
      const action = status === 'active' ? 'studio.resumed' : 'studio.suspended'
      await noteByOperator(trx, { action, about: [`studio:${studio.id}`], organization_id: studio.id })
      await sayHint(trx, { kind: 'studio', studio: studio.id })
    })
  }
  const already = studio.status === status ? 'already ' : ''
  return { lines: `${studio.name} is ${already}${status}.`, data: { studio: { ...publicOf(studio), status } } }
}

async function serverId({ tenants }: Registry, name: string): Promise<number> {
  const found = (await tenants.servers()).find(server => server.name === name)
  if (!found) throw new CannotDo(`There is no database server "${name}": \`patchbay server list\` shows them.`)
  return found.id
}

const publicOf = ({ id, slug, name, status, locale, timezone, currency, database }: Studio) => ({
  id,
  slug,
  name,
  status,
  locale,
  timezone,
  currency,
  database
})

const day = (at: Date): string => at.toISOString().slice(0, 10)
