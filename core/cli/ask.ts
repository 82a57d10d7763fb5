import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/**
 * Asks the operator for one line. On a terminal the question is shown and, for a secret, what is typed is not; otherwise
 * the next line of standard input is the answer. Undefined when there is none.
 */
export async function ask(question: string, secret = false): Promise<string | undefined> {
  const { stdin, stderr } = process
  if (!stdin.isTTY) return nextLine()
  let hidden = false
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!hidden) stderr.write(chunk)
      done()
    }
  })
  const lines = createInterface({ input: stdin, output, terminal: true })
  try {
    const answer = lines.question(`${question} `)
    hidden = secret
    return await answer
  } finally {
    lines.close()
    if (secret) stderr.write('\n')
  }
}

let piped: AsyncIterator<string> | undefined

async function nextLine(): Promise<string | undefined> {
  piped ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  const { value, done } = await piped.next()
  return done ? undefined : value
}
