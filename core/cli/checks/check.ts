import type { Registry } from '../../boot.ts'
import type { Environment } from '../../env.ts'
import type { Tenants } from '../../database/tenants.ts'
import type { Desk } from '../desk.ts'
import type { Visit } from './studios.ts'

/** Something `patchbay doctor` looks at. */
export interface Check {
  name: string
  /** One finding at least. What it throws is shown as the reason why it could not be checked. */
  look(inspection: Inspection): Promise<Finding[]>
}

export interface Finding {
  /** `bad` is wrong now; `warn` works, but should not stay so. */
  state: 'ok' | 'warn' | 'bad'
  says: string
  /** What the operator can do about it. */
  mend?: string
  /** Mends what can be derived again, and says what it did. */
  fix?: () => Promise<string>
}

/** What the checks look at. */
export interface Inspection {
  desk: Desk
  env: Environment
  registry: Registry
  tenants: Tenants
  /** One visit to each studio, shared by the checks that look inside. */
  visits: () => Promise<Visit[]>
}

export const ok = (says: string): Finding => ({ state: 'ok', says })
export const warn = (says: string, mend: string): Finding => ({ state: 'warn', says, mend })
export const bad = (says: string, mend: string): Finding => ({ state: 'bad', says, mend })

/** `a, b, c and 7 more`: what is wrong with a thousand studios must still be legible. */
export function named(names: readonly string[]): string {
  const more = names.length - 10
  return more > 0 ? `${names.slice(0, 10).join(', ')} and ${more} more` : names.join(', ')
}
