import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { ChangePolicyForm, PolicyForm, PolicyIdForm, stepsOf } from './forms.ts'
import type { PolicyInput } from './forms.ts'
import { addPolicy, archivePolicy, changePolicy, findPolicy, setDefaultPolicy } from './queries.ts'
import type { Policy, PolicyFields } from './queries.ts'

const constraints = { cancellation_policies_one_default: ['', 'sessions.errors.stale'] } as const
const about = ({ id }: { id: number }) => ({ cancellation_policy: id })

/** Adds a grid of cancellation fees. */
export const addCancellationPolicy = action({
  name: 'sessions.add_policy',
  permission: 'sessions.price',
  input: PolicyForm,
  about,
  run: async ({ db }, input) => ({ id: await addPolicy(db, fieldsOf(input)) })
})

/** Changes a grid, for sessions confirmed from now on. */
export const changeCancellationPolicy = action({
  name: 'sessions.change_policy',
  permission: 'sessions.price',
  input: ChangePolicyForm,
  about,
  async run({ db, changed }, { id, version, ...input }) {
    const before = await policyAsked(db, id)
    if (version !== null && version !== before.version) throw refuse({ version: 'sessions.errors.stale' })
    const fields = fieldsOf(input)
    await changePolicy(db, id, before.version, fields)
    changed(before, fields)
    return { id }
  }
})

/** Takes a grid out of use. Sessions that were confirmed with it keep it. */
export const archiveCancellationPolicy = action({
  name: 'sessions.archive_policy',
  permission: 'sessions.price',
  input: PolicyIdForm,
  about,
  async run({ db }, { id }) {
    await policyAsked(db, id)
    await archivePolicy(db, id, true)
    return { id }
  }
})

/** Puts an archived grid back into use. */
export const restoreCancellationPolicy = action({
  name: 'sessions.restore_policy',
  permission: 'sessions.price',
  input: PolicyIdForm,
  about,
  async run({ db }, { id }) {
    await policyAsked(db, id)
    await archivePolicy(db, id, false)
    return { id }
  }
})

/** Makes a grid the one that sessions are confirmed with. */
export const chooseCancellationPolicy = action({
  name: 'sessions.choose_policy',
  permission: 'sessions.price',
  input: PolicyIdForm,
  constraints,
  about,
  async run({ db }, { id }) {
    const policy = await policyAsked(db, id)
    if (policy.archived_at) throw refuse({ '': 'sessions.prices.errors.policy_archived' })
    await setDefaultPolicy(db, id)
    return { id }
  }
})

async function policyAsked(db: Running['db'], id: number): Promise<Policy> {
  const policy = await findPolicy(db, id)
  if (!policy) throw notFound()
  return policy
}

/** The steps as they are kept; throws what is wrong with them. */
function fieldsOf(input: PolicyInput): PolicyFields {
  const steps = stepsOf(input)
  const hours = steps.map(({ hours_before }) => hours_before)
  const twice = hours.find((one, at) => hours.indexOf(one) !== at)
  if (twice) throw refuse({ hours_before: { key: 'sessions.prices.errors.step_twice', values: { hours: twice } } })
  const unset = input.hours_before.findIndex((one, at) => one !== null && (input.percent[at] ?? null) === null)
  if (unset !== -1) {
    const values = { hours: input.hours_before[unset] ?? 0 }
    throw refuse({ percent: { key: 'sessions.prices.errors.step_percent', values } })
  }
  return { name: input.name, steps, no_show_percent: input.no_show_percent }
}
