import type { FastifyInstance } from 'fastify'
import { allow } from '../doors.ts'
import type { Host } from '../host.ts'

/**
 * `GET /s/:studio/live`: the WebSocket of an open page. It came through the studio's door like any request, so it is a
 * member of this studio from our own origin; it hears the facts its permissions allow, names and ids only, and is closed
 * when the person signs out or their role changes (see Hint `person`).
 */
export function livePages(app: FastifyInstance, host: Host): void {
  app.get('/live', { websocket: true, ...allow('member') }, (socket, request) => {
    const { studio, can } = request
    const person = request.person
    if (!person) throw new Error('a member of a studio is signed in')
    const may = (fact: string) => can(host.liveFacts.get(fact) ?? '')
    host.sockets.add({ socket, studio: studio.id, user: person.id, sign_in: person.sign_in_id, may })
  })
}
