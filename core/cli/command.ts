import type { Desk } from './desk.ts'

/** An option of a command. Without `value` it is a flag; `value` is what the help calls what follows it. */
export interface Option {
  value?: string
  required?: true
  help: string
}

type Options = Record<string, Option>
type Value<Given extends Option> = Given extends { value: string }
  ? Given extends { required: true }
    ? string
    : string | undefined
  : boolean

/** What was typed: `{ name: string, slug: string | undefined, yes: boolean }`. */
export type Values<Given extends Options> = { [Name in keyof Given]: Value<Given[Name]> }

/** What a command answers: `lines` to a person, `data` with --json. */
export interface Result {
  lines: string | readonly string[]
  data: unknown
  /** It did what it could, but something is not as it should be: exit code 1. */
  failed?: boolean
}

/** The same, before it is known which command it is for. */
export type Typed = Record<string, string | boolean | undefined>

export interface Job<Given = Typed> {
  values: Given
  /** The word after the command's name; empty for a command that takes none. */
  argument: string
  desk: Desk
}

export interface Command {
  /** `studio create`, as it is typed. */
  name: string
  summary: string
  /** What the help calls the word that must follow the name. */
  argument?: string
  options: Options
  /** It talks with a person all along and has no one answer: --json is refused. */
  talks?: true
  run(job: Job): Promise<Result>
}

/** Declares a command; what `run` is given is typed by its options. */
export function command<const Given extends Options>(
  definition: Omit<Command, 'options' | 'run'> & { options: Given; run(job: Job<Values<Given>>): Promise<Result> }
): Command {
  // parseCommand (in parse.ts) gives exactly what `options` asks for
  return { ...definition, run: ({ values, ...job }) => definition.run({ ...job, values: values as Values<Given> }) }
}

/** It was typed wrongly: exit code 2, with how to type it. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}

/** It cannot be done, for a reason that the sentence says: exit code 1. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo'
}
