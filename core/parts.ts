import type { Plugin } from './plugin.ts'

/** One part of a large plugin, a folder of its own: what it adds to it. Each answers questions of its own. */
export type Part = Pick<Plugin, 'actions' | 'lists' | 'jobs' | 'answers' | 'on' | 'live' | 'staff' | 'open'>

/**
 * What the parts of a plugin are together, for its definition. @throws Error when two of them say different things under one
 * name: the first would silently be forgotten.
 */
export function ofParts(parts: readonly Part[]): Part {
  const merged = <Key extends 'jobs' | 'on' | 'live' | 'answers'>(key: Key): NonNullable<Part[Key]> => {
    const said = parts.flatMap(part => Object.entries(part[key] ?? {}))
    const merged = Object.fromEntries(said) as NonNullable<Part[Key]>
    const lost = said.find(([name, value]) => (merged as Record<string, unknown>)[name] !== value)
    if (lost) throw new Error(`two parts have ${key} of the name "${lost[0]}"`)
    return merged
  }
  const mount = (door: 'staff' | 'open'): Pick<Part, 'staff' | 'open'> =>
    parts.some(part => part[door])
      ? {
          async [door](app: Parameters<NonNullable<Part['staff']>>[0]) {
            for (const part of parts) await part[door]?.(app)
          }
        }
      : {}
  return {
    actions: parts.flatMap(({ actions = [] }) => actions),
    lists: parts.flatMap(({ lists = [] }) => lists),
    jobs: merged('jobs'),
    on: merged('on'),
    live: merged('live'),
    answers: merged('answers'),
    ...mount('staff'),
    ...mount('open')
  }
}
