import { Crew } from '../../database/crew.ts'
import { filesOf } from '../../folder.ts'
import { bad, named, ok } from './check.ts'
import type { Check } from './check.ts'

/** What plugins say of their own records: numbers without gaps, chains, papers that are there. */
export const records: Check = {
  name: 'records',
  async look({ desk, env, tenants, visits }) {
    const plugins = desk.plugins.filter(plugin => plugin.examine)
    const open = (await visits()).filter(visit => visit.shut === undefined && visit.lacks.length === 0)
    const crew = new Crew(4)
    const found = await Promise.all(
      open.map(({ id, slug }) =>
        crew.run(async () => {
          const studio = await tenants.byId(id)
          if (!studio) return []
          const db = tenants.connections.knex(tenants.target(studio))
          const place = { db, folder: filesOf(env, studio) }
          const wrong: string[] = []
          for (const plugin of plugins) wrong.push(...((await plugin.examine?.(place)) ?? []))
          return wrong.map(sentence => `${slug}: ${sentence}`)
        })
      )
    )
    const wrong = found.flat()
    if (wrong.length === 0) return [ok(`those of all ${open.length} studios hold`)]
    return [
      bad(`Records do not hold: ${named(wrong)}.`, 'Bring the studio back from a backup, and find who changed it.')
    ]
  }
}
