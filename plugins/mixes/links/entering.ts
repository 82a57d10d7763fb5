import { action, notFound } from '@patchbay/core'
import { checkPassword } from '@patchbay/core/people/passwords'
import { newToken } from '@patchbay/core/secrets'
import { EnterForm } from './forms.ts'
import { lockLink } from './queries.ts'
import { addRefusal, addVisit, isTriedTooOften } from './visits.ts'

/** What came of coming in by a link. A wrong password is no failure, for its try must be counted. */
export interface Entered {
  /** What the browser keeps; null when it was not let in. */
  key: string | null
  why: null | 'revoked' | 'expired' | 'used_up' | 'password' | 'too_many'
}

/**
 * Lets a guest in by a link: one visit more, if the password is right and visits are left. Those who come at once come
 * one after another, so that none is let in above the most, and no password is tried beyond the tries there are.
 */
export const enterShare = action({
  name: 'mixes.enter',
  permission: 'mixes.listen',
  input: EnterForm,
  secret: ['token', 'password'],
  personal: true,
  oneByOne: true,
  about: () => ({}),
  async run({ db, from }, { token, password }): Promise<Entered> {
    const link = await lockLink(db, token)
    if (!link) throw notFound()
    if (link.state !== 'open') return { key: null, why: link.state }
    if (link.password_hash !== null) {
      if (await isTriedTooOften(db, link.id, from.ip)) return { key: null, why: 'too_many' }
      const { right } = await checkPassword(password ?? '', link.password_hash)
      if (!right) {
        await addRefusal(db, link.id, from)
        return { key: null, why: 'password' }
      }
    }
    const { token: key, hash } = newToken()
    await addVisit(db, link.id, hash, from)
    return { key, why: null }
  }
})
