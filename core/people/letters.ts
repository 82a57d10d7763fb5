import type { Account } from './accounts.ts'
import type { Host } from '../host.ts'
import type { Locale } from '../i18n.ts'
import type { Letter } from '../mail.ts'

/** The mails that the platform itself writes, each in its reader's language. */
type Addressed = Letter & { to: string }
type Reader = Pick<Account, 'name' | 'locale'>

/** Asks whether the address is theirs. `to` is that address, which may not be their account's yet. */
export function confirmLetter(host: Host, { name, locale }: Reader, to: string, token: string): Addressed {
  return letter(host, locale, 'confirm', to, { name }, `/confirm/${token}`)
}

export function resetLetter(host: Host, { name, email, locale }: Account, token: string): Addressed {
  return letter(host, locale, 'reset', email, { name }, `/reset/${token}`)
}

/** To whom asked to sign in with an address that somebody else gave as their new one. */
export function takenLetter(host: Host, { name, email, locale }: Account): Addressed {
  return letter(host, locale, 'taken', email, { name }, '/sign-in')
}

/** Something about the account changed: whoever did not do it must hear of it. */
export function noticeLetter(
  host: Host,
  { name, locale }: Reader,
  to: string,
  what: 'password_changed' | 'email_changed'
): Addressed {
  return letter(host, locale, what, to, { name }, what === 'password_changed' ? '/forgot' : '/sign-in')
}

/** Invites somebody, perhaps unknown yet, to a studio. */
export function invitationLetter(
  host: Host,
  given: { locale: Locale; to: string; studio: string; inviter: string; role: string; token: string }
): Addressed {
  const role = host.texts.translator(given.locale)(`people.roles.${given.role}`).toLocaleLowerCase(given.locale)
  const values = { studio: given.studio, inviter: given.inviter, role }
  const made = letter(host, given.locale, 'invitation', given.to, values, `/invitations/${given.token}`)
  return { ...made, from: given.studio }
}

/** `letters.<kind>`: subject, text, button, note. */
function letter(
  host: Host,
  locale: Locale,
  kind: string,
  to: string,
  values: Record<string, string>,
  path: string
): Addressed {
  const t = host.texts.translator(locale)
  const say = (part: string) => t(`letters.${kind}.${part}`, values)
  const lines = values['name'] ? [t('letters.hello', values), say('text')] : [say('text')]
  const button = { label: say('button'), href: `${host.origin}${path}` }
  return { locale, to, subject: say('subject'), lines, button, note: say('note') }
}
