import type { Hearing, Working } from '@patchbay/core'
import type { Channel, DeliveryRow, Sendable } from './queries.ts'

/** What carrying out a delivery has of its surroundings: a listener's or a job's. */
export type Carrying = Pick<
  Hearing | Working,
  'db' | 'folder' | 'studio' | 'sealed' | 'address' | 'wordsIn' | 'env'
> & {
  mail: Hearing['mail']
}

/** What came of a try. `again` is tried later by itself; `failed` waits for a person. */
export type Carried =
  | { state: 'done'; external_id?: string }
  | { state: 'again'; error: string }
  | { state: 'failed'; error: string }

/**
 * A way to give an issued invoice out. `file` is taken by hand, `mail` goes to people, `platform` to an approved platform;
 * another one is another object of this kind in `ways`.
 */
export interface Delivery {
  channel: Channel
  /** Carries it out. Called again after `again`, and after a crash: what it does must be the same when it is done twice. */
  carryOut: (carrying: Carrying, invoice: Sendable, delivery: DeliveryRow) => Promise<Carried>
}
