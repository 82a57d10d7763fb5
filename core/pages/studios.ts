import type { FastifyInstance, FastifyRequest } from 'fastify'
import { countTry } from '../people/attempts.ts'
import { allow } from '../doors.ts'
import { form, text } from '../forms.ts'
import type { Host } from '../host.ts'
import { createStudio } from '../database/provision.ts'
import type { Person } from '../people/sign-ins.ts'
import { timezone } from './fields.ts'
import { again, submit } from './submit.ts'

const StudioForm = form({ studio_name: text(120), timezone: timezone() })

/** A person's studios, and another one. */
export function studioPages(app: FastifyInstance, host: Host): void {
  const titled = (request: FastifyRequest, key: string) => ({ title: request.words().t(`studios.${key}`) })

  app.get('/', allow('public'), async (request, reply) => {
    const { person } = request
    const [first] = person?.memberships ?? []
    return reply.redirect(first ? `${host.base(first)}/` : person ? '/studios' : '/sign-in', 303)
  })

  app.get('/studios', allow('person'), async (request, reply) => {
    const { memberships } = personOf(request)
    return reply.page('pages/studios', { ...titled(request, 'title'), memberships, wide: true })
  })

  app.get('/studios/new', allow('person'), async (request, reply) =>
    reply.page('pages/studio-new', titled(request, 'new_title'))
  )

  app.post('/studios', allow('person'), async (request, reply) => {
    const outcome = await submit(request, StudioForm, async ({ studio_name, timezone }) => {
      const { id, locale } = personOf(request)
      await countTry(host.tenants.master, `studio-person:${id}`, { tries: host.env.SIGN_UP_TRIES, minutes: 15 })
      const studio = await createStudio(host.tenants, {
        name: studio_name,
        locale,
        timezone,
        owner: { user_id: id },
        ip: request.ip
      })
      await host.bus.say(host.tenants.master, { kind: 'person', user: id })
      return studio
    })
    if (!outcome.ok) return again(reply, outcome, 'pages/studio-new', titled(request, 'new_title'))
    return reply.redirect(`${host.base(outcome.value)}/`, 303)
  })
}

/** Who is signed in, behind `allow('person')`. */
export function personOf(request: FastifyRequest): Person {
  if (!request.person) throw new Error('this route does not ask for a person')
  return request.person
}
