import type { Host } from '../../../core/host.ts'
import type { Answer } from '../../../test/helper.ts'

/** The key a browser was given for the link it came by: what its `cookie` header says; empty when it was given none. */
export const cookieOf = ({ cookies }: Answer): string => {
  const key = cookies.find(({ name }) => name === 'guest')?.value
  return key ? `guest=${key}` : ''
}

/** What a page says, without its tags: for messages of failed tests. */
export const text = ({ body }: Answer): string => body.replace(/<[^>]*>|\s+/g, ' ').slice(-400)

/** Mails to an address, the latest first. */
export const mailsTo = (host: Host, recipient: string): Promise<{ subject: string; text: string }[]> =>
  host.tenants.master('mails').where({ recipient }).orderBy('id', 'desc').select('subject', 'text')
