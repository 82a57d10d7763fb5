import { existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeOf } from '../paper.ts'
import { reasonOf } from '../reason.ts'
import { bad, ok, warn } from './check.ts'
import type { Check, Finding } from './check.ts'

/** Settings that are valid and yet not what a real installation wants. */
export const settings: Check = {
  name: 'settings',
  async look({ env: { PUBLIC_URL, HOST, TRUST_PROXY, DATA_DIR, MAIL_FROM, SMTP_URL }, registry }) {
    const found: Finding[] = []
    const url = PUBLIC_URL && new URL(PUBLIC_URL)
    const https = 'Set PUBLIC_URL to its address as people reach it, with https: cookies are then only sent over TLS.'
    const open = !['127.0.0.1', '::1', 'localhost'].includes(HOST)
    if (!url && (open || !registry.embedded))
      found.push(warn('PUBLIC_URL is not set: links in mails lead to localhost.', https))
    if (url && url.protocol === 'http:' && url.hostname !== 'localhost') {
      found.push(bad(`PUBLIC_URL is ${PUBLIC_URL}: passwords and cookies travel in clear.`, https))
    }
    if (url && url.protocol === 'https:' && !TRUST_PROXY) {
      found.push(
        warn(
          'TRUST_PROXY is not set: behind a reverse proxy everybody seems to come from one address, and shares its limits.',
          'Set TRUST_PROXY to the address of the reverse proxy, such as 127.0.0.1.'
        )
      )
    }
    if (SMTP_URL && MAIL_FROM.includes('@localhost')) {
      found.push(
        warn(`MAIL_FROM is ${MAIL_FROM}: mail servers refuse that.`, 'Set MAIL_FROM to an address of your own.')
      )
    }
    const secret = join(DATA_DIR, 'secret')
    if (existsSync(secret) && (statSync(secret).mode & 0o077) !== 0) {
      found.push(bad(`Others can read ${secret}.`, `chmod 600 ${secret}`))
    }
    return found.length > 0 ? found : [ok('as a real installation wants them')]
  }
}

/** Room for PostgreSQL to write in; where it is somebody else's server, for what we keep ourselves. */
export const disk: Check = {
  name: 'disk',
  async look({ env: { DATA_DIR } }) {
    if (!existsSync(DATA_DIR)) return [ok(`${DATA_DIR} is not used`)]
    const { bavail, blocks, bsize } = await statfs(DATA_DIR)
    const free = bavail * bsize
    const says = `${sizeOf(free)} free of ${sizeOf(blocks * bsize)} where ${DATA_DIR} is`
    const mend = 'Make room: without any, PostgreSQL stops and nothing can be saved.'
    if (free < 200e6) return [bad(says, mend)]
    return [free < 2e9 ? warn(says, mend) : ok(says)]
  }
}

/** The SMTP server answers, and takes the name and password. */
export const mailServer: Check = {
  name: 'mail server',
  async look({ env: { SMTP_URL } }) {
    if (!SMTP_URL)
      return [warn('SMTP_URL is not set: mails are kept and not sent.', 'Set SMTP_URL to your mail server.')]
    const { createTransport } = await import('nodemailer')
    const limits = { connectionTimeout: 5000, greetingTimeout: 5000, socketTimeout: 10_000 }
    const transport = createTransport({ url: SMTP_URL, ...limits })
    try {
      await transport.verify()
      return [ok(`${new URL(SMTP_URL).host} answers`)]
    } catch (error) {
      return [
        bad(
          `${new URL(SMTP_URL).host} does not take mail: ${reasonOf(error)}`,
          'Check SMTP_URL; mails wait and are tried again.'
        )
      ]
    } finally {
      transport.close()
    }
  }
}
