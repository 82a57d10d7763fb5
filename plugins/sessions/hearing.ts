import type { Hearing, Plugin } from '@patchbay/core'

type Hears = NonNullable<Plugin['on']>
type Listener = (hearing: Hearing, ids: never) => Promise<void>

/** Several parts of this plugin may hear the same fact: each in turn, in one transaction. */
export function heardBy(...parts: readonly Hears[]): Hears {
  const facts = [...new Set(parts.flatMap(part => Object.keys(part)))]
  const inTurn = (fact: string): Listener => {
    const listeners = parts.map(part => (part as Record<string, Listener | undefined>)[fact])
    return async (hearing, ids) => {
      for (const listener of listeners) await listener?.(hearing, ids)
    }
  }
  return Object.fromEntries(facts.map(fact => [fact, inTurn(fact)]))
}
