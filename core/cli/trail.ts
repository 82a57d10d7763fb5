import type { Knex } from 'knex'

/** Notes in the registry's trail what the operator did. `organization_id` is null for what outlives the studio. */
export async function noteByOperator(
  db: Knex,
  given: { action: string; about: string[]; organization_id?: number; details?: Record<string, unknown> }
): Promise<void> {
  const { action, about, organization_id = null, details = {} } = given
  await db('audit').insert({
    organization_id,
    person_id: null,
    person_name: 'patchbay',
    via: 'cli',
    action,
    about,
    details: JSON.stringify(details)
  })
}
