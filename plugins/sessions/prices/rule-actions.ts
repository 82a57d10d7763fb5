import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { ChangeRuleForm, OrderRuleForm, RuleForm, RuleIdForm, TermsForm } from './forms.ts'
import type { RuleInput } from './forms.ts'
import {
  addRule,
  archiveRule,
  changeRule,
  clientTitle,
  findRule,
  holdRules,
  listRules,
  orderRules,
  setTerms,
  termsOf
} from './queries.ts'
import type { ShownRule } from './queries.ts'
import { conditionOf } from './rules.ts'

const constraints = { price_rules_room_id_fkey: ['room_id', 'fields.choice'] } as const
const about = ({ id }: { id: number }) => ({ price_rule: id })

/** Adds a price rule, as the last in order. */
export const addPriceRule = action({
  name: 'sessions.add_price_rule',
  permission: 'sessions.price',
  input: RuleForm,
  constraints,
  about,
  async run({ db }, input) {
    await holdRules(db)
    await checkRule(db, input)
    return { id: await addRule(db, input) }
  }
})

/** Changes a rule: it holds for what is booked, moved or changed from now on. */
export const changePriceRule = action({
  name: 'sessions.change_price_rule',
  permission: 'sessions.price',
  input: ChangeRuleForm,
  constraints,
  about,
  async run({ db, changed }, { id, version, ...input }) {
    await holdRules(db)
    const before = await ruleAsked(db, id)
    if (version !== null && version !== before.version) throw refuse({ version: 'sessions.errors.stale' })
    await checkRule(db, input, id)
    await changeRule(db, id, before.version, input)
    changed(before, input)
    return { id }
  }
})

/** Takes a rule out of use. Prices that were made stay. */
export const archivePriceRule = action({
  name: 'sessions.archive_price_rule',
  permission: 'sessions.price',
  input: RuleIdForm,
  about,
  async run({ db }, { id }) {
    await ruleAsked(db, id)
    await archiveRule(db, id, true)
    return { id }
  }
})

/** Puts an archived rule back into use, unless another has taken its place. */
export const restorePriceRule = action({
  name: 'sessions.restore_price_rule',
  permission: 'sessions.price',
  input: RuleIdForm,
  about,
  async run({ db }, { id }) {
    await holdRules(db)
    await checkRule(db, await ruleAsked(db, id), id, '')
    await archiveRule(db, id, false)
    return { id }
  }
})

/** Puts a rule before the one above it, or after the one below. At the end of the list it stays. */
export const orderPriceRule = action({
  name: 'sessions.order_price_rule',
  permission: 'sessions.price',
  input: OrderRuleForm,
  about,
  async run({ db }, { id, direction }) {
    await holdRules(db)
    const ids = (await listRules(db)).filter(({ archived_at }) => archived_at === null).map(rule => rule.id)
    const at = ids.indexOf(id)
    if (at === -1) throw notFound()
    const to = direction === 'up' ? at - 1 : at + 1
    if (to >= 0 && to < ids.length) await orderRules(db, ids.toSpliced(at, 1).toSpliced(to, 0, id))
    return { id }
  }
})

/** Sets what is agreed with one client for all its sessions from now on; all empty, nothing is. */
export const changeClientTerms = action({
  name: 'sessions.change_client_terms',
  permission: 'sessions.price',
  input: TermsForm,
  about: (_, { client_id }) => ({ client: client_id }),
  async run({ db, changed }, { client_id, version, ...terms }) {
    if (!(await clientTitle(db, client_id))) throw notFound()
    const before = await termsOf(db, client_id)
    if (before && version !== null && version !== before.version) throw refuse({ version: 'sessions.errors.stale' })
    if (terms.rounding === 'none' && terms.rounding_minutes !== null) {
      throw refuse({ rounding_minutes: 'sessions.prices.errors.rounds_nothing' })
    }
    await setTerms(db, client_id, terms)
    changed(before ?? { rounding: null, rounding_minutes: null, discount_percent: null, note: null }, terms)
    return { client_id }
  }
})

async function ruleAsked(db: Running['db'], id: number): Promise<ShownRule> {
  const rule = await findRule(db, id)
  if (!rule) throw notFound()
  return rule
}

/** Throws what a rule contradicts: itself, or another of the same hours and unit. */
async function checkRule(db: Running['db'], input: RuleInput, id?: number, field = 'unit'): Promise<void> {
  const { from_clock, to_clock, valid_from, valid_to } = input
  if (from_clock !== null && to_clock === null) throw refuse({ to_clock: 'sessions.prices.errors.both_clocks' })
  if (from_clock === null && to_clock !== null) throw refuse({ from_clock: 'sessions.prices.errors.both_clocks' })
  if (from_clock !== null && from_clock === to_clock) throw refuse({ to_clock: 'sessions.prices.errors.no_hours' })
  if (valid_from !== null && valid_to !== null && valid_to < valid_from) {
    throw refuse({ valid_to: 'sessions.prices.errors.ends_before' })
  }
  const others = (await listRules(db)).filter(other => other.archived_at === null && other.id !== id)
  const same = others.find(other => other.unit === input.unit && conditionOf(other) === conditionOf(input))
  if (same) throw refuse({ [field]: { key: 'sessions.prices.errors.same', values: { rule: same.name } } })
}
