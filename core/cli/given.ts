import { z } from 'zod'
import type { Knex } from 'knex'
import { email, text } from '../forms.ts'
import type { Translate } from '../i18n.ts'
import { addLink } from '../people/mail-links.ts'
import { hashPassword, newPassword, weakness } from '../people/passwords.ts'
import { ask } from './ask.ts'
import { CannotDo, WrongUsage } from './command.ts'
import type { Typed } from './command.ts'
import type { Desk } from './desk.ts'

const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])

/** What operators type, by the name of the option. */
const kinds = {
  name: text(120),
  owner: email(),
  'owner-name': text(120),
  email: email(),
  slug: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens, 48 at most'),
  locale: z.enum(['fr', 'en'], 'must be fr or en'),
  timezone: z.string().refine(zone => zones.has(zone), 'must be an IANA time zone such as Europe/Paris'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be three capitals such as EUR')
}

type Kinds = { [Name in keyof typeof kinds]: z.output<(typeof kinds)[Name]> }

/**
 * Checks the options that are of these kinds and have a value.
 * @throws WrongUsage naming each wrong one.
 */
export function checked(values: Typed, t: Translate): Partial<Kinds> {
  const wrong: string[] = []
  const right: Partial<Kinds> = {}
  for (const [name, kind] of Object.entries(kinds)) {
    if (values[name] === undefined) continue
    const result = kind.safeParse(values[name])
    if (result.success) Object.assign(right, { [name]: result.data })
    else wrong.push(`--${name}: ${t(result.error.issues[0]?.message ?? 'errors.invalid', { max: 120 })}`)
  }
  if (wrong.length > 0) throw new WrongUsage(wrong.join('\n'))
  return right
}

/**
 * Asks for a new password: on a terminal without showing it, else the next line of standard input. It is never an
 * argument, which anybody on the machine may read.
 * @throws CannotDo when it is too weak.
 */
export async function askPassword(around: readonly string[], { t, terminal }: Desk): Promise<string> {
  const password = await ask(terminal, 'New password:', true)
  if (!password)
    throw new WrongUsage('--password reads the password from the terminal or from standard input: there was none.')
  const result = newPassword().safeParse(password)
  const wrong = result.success ? weakness(password, around) : result.error.issues[0]?.message
  if (wrong) throw new CannotDo(`The password was not taken. ${t(wrong)}`)
  return hashPassword(password)
}

/** The address where a person chooses their password; it is good for one hour, once. */
export async function passwordLink(db: Knex, user: number, { origin }: Desk): Promise<string> {
  return `${origin}/reset/${await addLink(db, user, 'reset')}`
}

/** How a link is handed to the operator. */
export const linkLines = (name: string, link: string): string[] => [
  `${name} chooses a password here, within one hour:`,
  link
]
