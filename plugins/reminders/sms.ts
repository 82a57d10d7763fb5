import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A short message. The same `key` is sent once, however often it is handed over. */
export interface Sms {
  key: string
  /** E.164: `+33612345678` */
  to: string
  text: string
}

/** Something that sends short messages. Throws with a reason when it cannot; then it is tried again. */
export interface SmsSender {
  send: (sms: Sms) => Promise<void>
}

/**
 * Writes messages into a file, a line of JSON each, for whatever sends them: `DATA_DIR/sms/<studio>.jsonl`.
 */
export function smsToFile(dataDir: string, studio: { slug: string }): SmsSender {
  const file = join(dataDir, 'sms', `${studio.slug}.jsonl`)
  return {
    async send({ key, to, text }) {
      await mkdir(dirname(file), { recursive: true })
      const written = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      // it was written, and then the transaction that says so was lost
      if (written.includes(`{"key":${JSON.stringify(key)},`)) return
      await appendFile(file, `${JSON.stringify({ key, to, text, at: new Date() })}\n`, { mode: 0o600 })
    }
  }
}
