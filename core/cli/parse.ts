import { parseArgs } from 'node:util'
import { reasonOf } from './reason.ts'
import { WrongUsage } from './command.ts'
import type { Command, Option, Typed } from './command.ts'

/** What every command takes. */
export const common: Record<string, Option> = {
  json: { help: 'one JSON document on standard output' },
  help: { help: 'how the command is used' },
  // not --env-file: Node takes that for itself wherever it stands
  settings: { value: 'FILE', help: 'read settings from FILE, written as .env.example; the environment wins' }
}

export interface Parsed {
  command: Command
  values: Typed
  argument: string
}

/** The command whose name `words` begin with: two words, or one. */
export function findCommand(commands: readonly Command[], words: readonly string[]): Command | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, place) => word === words[place]))
}

/**
 * Reads what follows the command's name.
 * @throws WrongUsage for what the command does not take, and for what it lacks.
 */
export function parseCommand(command: Command, words: readonly string[]): Parsed {
  const declared = Object.entries({ ...command.options, ...common })
  const { values, positionals } = parse(words.slice(command.name.split(' ').length), declared)
  const [argument = '', ...rest] = positionals
  if (!values['help']) {
    if (command.argument && !argument) throw new WrongUsage(`${command.argument} is missing.`)
    const surplus = command.argument ? rest[0] : positionals[0]
    if (surplus !== undefined) throw new WrongUsage(`"${surplus}" is not understood here.`)
    const missing = declared.find(([name, { required }]) => required && values[name] === undefined)
    if (missing) throw new WrongUsage(`--${missing[0]} ${missing[1].value} is missing.`)
    if (command.talks && values['json']) throw new WrongUsage(`${command.name} has no --json.`)
  }
  return { command, values, argument }
}

type Declared = [name: string, option: Option][]

function parse(args: string[], declared: Declared): { values: Typed; positionals: string[] } {
  const options = Object.fromEntries(
    declared.map(([name, { value }]) => [name, { type: value ? ('string' as const) : ('boolean' as const) }])
  )
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true })
    const flags = declared.filter(([, { value }]) => !value).map(([name]) => [name, values[name] === true] as const)
    return { values: { ...strings(values), ...Object.fromEntries(flags) }, positionals }
  } catch (error) {
    throw new WrongUsage(reasonOf(error).replace(/ To specify .*/s, ''), { cause: error })
  }
}

const strings = (values: Record<string, unknown>): Typed =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

/** How one command is typed, and what its options mean. */
export function usageOf({ name, argument, options, summary }: Command): string[] {
  const shown = Object.entries(options)
  const typed = ([option, { value, required }]: (typeof shown)[number]) => {
    const words = value ? `--${option} ${value}` : `--${option}`
    return required ? words : `[${words}]`
  }
  const widest = Math.max(
    ...Object.entries({ ...options, ...common }).map(([option, { value = '' }]) => option.length + value.length)
  )
  const explain = ([option, { value, help }]: [string, Option]) =>
    `  ${`--${option} ${value ?? ''}`.padEnd(widest + 5)}${help}`
  return [
    `Usage: patchbay ${[name, argument, ...shown.map(typed)].filter(Boolean).join(' ')}`,
    summary,
    '',
    ...shown.map(explain),
    ...Object.entries(common).map(explain)
  ]
}
