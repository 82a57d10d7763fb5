import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Terminal } from './desk.ts'

/**
 * Asks the operator for one line. On a terminal the question is shown and, for a secret, what is typed is not; otherwise
 * the first line of standard input is the answer. Undefined when there is none.
 */
export async function ask({ input, errors }: Terminal, question: string, secret = false): Promise<string | undefined> {
  if (!input.isTTY) {
    for await (const line of createInterface({ input })) return line
    return undefined
  }
  let hidden = false
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!hidden) errors.write(chunk)
      done()
    }
  })
  const lines = createInterface({ input, output, terminal: true })
  try {
    const answer = lines.question(`${question} `)
    hidden = secret
    return await answer
  } finally {
    lines.close()
    if (secret) errors.write('\n')
  }
}
