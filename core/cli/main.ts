import core from '../package.json' with { type: 'json' }
import { WrongSetting } from '../env.ts'
import { Failure, Refusal } from '../errors.ts'
import type { Translate } from '../i18n.ts'
import { codeOf } from '../database/pg-errors.ts'
import { CannotDo, WrongUsage } from './command.ts'
import type { Command } from './command.ts'
import { openConsole } from './console.ts'
import { resetDemoStudio } from './demo.ts'
import type { Desk } from './desk.ts'
import { doctor } from './doctor.ts'
import { migrate } from './migrate.ts'
import { findCommand, parseCommand, usageOf } from './parse.ts'
import { reasonOf } from './reason.ts'
import { rotateSecrets } from './secret.ts'
import { serverCommands } from './servers.ts'
import { studioCommands } from './studios.ts'
import { userCommands } from './users.ts'

const commands: readonly Command[] = [
  ...studioCommands,
  ...userCommands,
  ...serverCommands,
  migrate,
  doctor,
  rotateSecrets,
  resetDemoStudio,
  openConsole
]

/**
 * `patchbay …`: runs one command and gives its exit code: 0 done, 1 failed or something is not as it should be, 2 typed
 * wrongly.
 */
export async function runCommandLine(words: readonly string[], desk: Desk): Promise<number> {
  const json = words.includes('--json')
  try {
    return await run(words, desk)
  } catch (error) {
    const { code, sentence } = explain(error, desk.t)
    if (json) print(desk, JSON.stringify({ error: sentence }))
    else desk.tell(sentence)
    if (error instanceof WrongUsage && !json) desk.tell(hint(words))
    return code
  } finally {
    await desk.close()
  }
}

async function run(words: readonly string[], desk: Desk): Promise<number> {
  if (words[0] === '--version') return print(desk, core.version)
  const bare = words.filter(word => !word.startsWith('-'))
  if (bare.length === 0 || bare[0] === 'help') return help(desk, bare.slice(1), words.includes('--json'))
  const command = findCommand(commands, words)
  if (!command) throw new WrongUsage(unknown(bare))
  const { values, argument } = parseCommand(command, words)
  if (values['help']) return print(desk, usageOf(command))
  if (typeof values['settings'] === 'string') desk.readSettings(values['settings'])
  const { lines, data, failed } = await command.run({ values, argument, desk })
  print(desk, values['json'] ? JSON.stringify(data) : lines)
  return failed ? 1 : 0
}

function help(desk: Desk, words: readonly string[], json: boolean): number {
  const one = findCommand(commands, words)
  if (one) return print(desk, usageOf(one))
  if (words.length > 0 && !commands.some(({ name }) => name.startsWith(`${words[0]} `)))
    throw new WrongUsage(unknown(words))
  const shown = commands.filter(({ name }) => words.length === 0 || name.startsWith(`${words[0]} `))
  if (json)
    return print(
      desk,
      JSON.stringify({ commands: shown.map(({ name, argument, summary }) => ({ name, argument, summary })) })
    )
  const titles = shown.map(({ name, argument }) => [name, argument].filter(Boolean).join(' '))
  const widest = Math.max(...titles.map(title => title.length))
  return print(desk, [
    'Usage: patchbay COMMAND [options]',
    '',
    ...shown.map(({ summary }, place) => `  ${titles[place]?.padEnd(widest)}  ${summary}`),
    '',
    '`patchbay help COMMAND` explains one. Every command but console takes --json, and all take --settings FILE.'
  ])
}

function unknown([first = '', second]: readonly string[]): string {
  const family = commands.flatMap(({ name }) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []))
  if (family.length > 0 && second === undefined) return `${first} what? ${family.join(', ')}.`
  return `There is no command "${[first, second].filter(Boolean).join(' ')}".`
}

function explain(error: unknown, t: Translate): { code: number; sentence: string } {
  if (error instanceof WrongUsage) return { code: 2, sentence: error.message }
  if (error instanceof CannotDo || error instanceof WrongSetting) return { code: 1, sentence: error.message }
  if (error instanceof Refusal) {
    const said = Object.entries(error.errors).map(([field, told]) => {
      const sentence = typeof told === 'string' ? t(told) : t(told.key, told.values)
      return field ? `--${field}: ${sentence}` : sentence
    })
    return { code: 1, sentence: said.join('\n') }
  }
  if (error instanceof Failure) {
    const sentence = t(error.key.includes('.') ? error.key : `errors.${error.key}`, error.values)
    return { code: 1, sentence: error.cause instanceof Error ? `${sentence}\n${error.cause.message}` : sentence }
  }
  if (/^[0-9A-Z]{5}$/.test(codeOf(error))) return { code: 1, sentence: `PostgreSQL refused: ${reasonOf(error)}` }
  return { code: 1, sentence: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

function hint(words: readonly string[]): string {
  const command = findCommand(commands, words)
  return command ? (usageOf(command)[0] ?? '') : '`patchbay help` shows the commands.'
}

/** Ctrl-C: the connections are given back, and an embedded server that nobody else uses is stopped. */
export function leaveWell(desk: Desk): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143]
  ] as const) {
    process.once(signal, () => void desk.close().finally(() => process.exit(code)))
  }
  // `patchbay studio list | head` closes our output before we have written all of it
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

function print({ terminal }: Desk, lines: string | readonly string[]): number {
  const text = [lines].flat().join('\n')
  if (text !== '') terminal.output.write(`${text}\n`)
  return 0
}
