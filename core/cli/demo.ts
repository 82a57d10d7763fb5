import { demoSignIn, resetDemo } from '../demo.ts'
import { sayHint } from '../realtime.ts'
import type { Knex } from 'knex'
import { CannotDo, command } from './command.ts'

const slug = 'demo'

/** `patchbay demo reset`: the demo studio as it was on the first day. */
export const resetDemoStudio = command({
  name: 'demo reset',
  summary: 'Throws the demo studio away with everything in it, and makes it again.',
  options: {},
  async run({ desk }) {
    const registry = await desk.open('make')
    const { master } = registry.tenants
    const before = await registry.tenants.find(slug)
    if (before && !(await isDemo(master, before.id))) {
      throw new CannotDo('The studio "demo" is somebody\'s own: nothing was changed.')
    }
    const host = await desk.host(registry)
    desk.tell('Making the demo studio…')
    const studio = await resetDemo(host)
    for (const id of [before?.id, studio.id])
      if (id !== undefined) await sayHint(master, { kind: 'studio', studio: id })
    const signIn = demoSignIn(desk.env.DATA_DIR)
    const url = `${desk.origin}/s/${studio.slug}/`
    return {
      lines: [
        `The demo studio is new, at ${url}`,
        ...(signIn ? [`Sign in with ${signIn.email} and the password ${signIn.password}`] : [])
      ],
      data: { studio: { id: studio.id, slug: studio.slug, name: studio.name }, url, sign_in: signIn }
    }
  }
})

/** Whether its owner is one of the people of the demo, whose addresses nobody can own. */
async function isDemo(master: Knex, id: number): Promise<boolean> {
  const owner = await master('organization_members as m')
    .join('users as u', 'u.id', 'm.user_id')
    .where({ organization_id: id, role: 'owner' })
    .where('u.email', 'like', '%@demo.test')
    .first('u.id')
  return owner !== undefined
}
