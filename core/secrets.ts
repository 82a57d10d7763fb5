import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** Keeps secrets at rest unreadable without SECRET, and each one bound to the record it belongs to. */
export interface Secrets {
  /** Encrypts `text` for `record` (such as `studio:12`), always with the newest key. */
  seal: (text: string, record: string) => string
  /** Gives back what was sealed for `record`. @throws Error that says which of key, record or content is wrong. */
  open: (sealed: string, record: string) => string
}

/**
 * AES-256-GCM with keys drawn from `key`, which may be several separated by commas, the newest first: the older ones
 * still open what they sealed. A sealed text is `v1:key id:iv:tag:content`, each part in base64url.
 */
export function secrets(key: string): Secrets {
  const keys = key
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(derive)
  const newest = keys[0]
  if (!newest) throw new Error('SECRET is empty.')
  return {
    seal(text, record) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', newest.key, iv).setAAD(Buffer.from(record))
      const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return ['v1', newest.id, ...[iv, cipher.getAuthTag(), content].map(part => part.toString('base64url'))].join(':')
    },
    open(sealed, record) {
      const [version, id, iv, tag, content] = sealed.split(':')
      if (version !== 'v1' || !iv || !tag || content === undefined)
        throw new Error(`What is sealed for ${record} is not in a form known here.`)
      const found = keys.find(one => one.id === id)
      if (!found) {
        throw new Error(
          `${record} was sealed with another SECRET (key ${id}): add that one after the present one and a comma.`
        )
      }
      const decipher = createDecipheriv('aes-256-gcm', found.key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(record)).setAuthTag(Buffer.from(tag, 'base64url'))
      try {
        return decipher.update(content, 'base64url', 'utf8') + decipher.final('utf8')
      } catch (error) {
        throw new Error(`What is sealed for ${record} was changed, or belongs to another record.`, { cause: error })
      }
    }
  }
}

/** A new secret for a link, a cookie or an API: 256 random bits. Only `hash` may be stored. */
export function newToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: hashToken(token) }
}

/** How a token is stored and looked up. No salt: it is random itself. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

function derive(secret: string): { id: string; key: Buffer } {
  const draw = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `patchbay ${purpose}`, length))
  return { id: draw('key id', 6).toString('base64url'), key: draw('sealing key', 32) }
}
