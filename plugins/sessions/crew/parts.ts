import type { FastifyInstance } from 'fastify'
import { addAbsence, removeAbsence } from './busy-actions.ts'
import { busyRoutes } from './busy-routes.ts'
import { addFreelancerAction, archiveFreelancer, changeProfile, restoreFreelancer } from './people-actions.ts'
import { peopleRoutes } from './people-routes.ts'
import { addPerson, answerByLink, answerCall, answerFor, askPerson, changeRole, removePerson } from './place-actions.ts'
import { placeRoutes } from './place-routes.ts'

/** What the crew adds to the plugin: who is on a session, who there is, when they are not to be had. */
export const crewActions = [
  addPerson,
  changeRole,
  askPerson,
  removePerson,
  answerCall,
  answerFor,
  answerByLink,
  addFreelancerAction,
  changeProfile,
  archiveFreelancer,
  restoreFreelancer,
  addAbsence,
  removeAbsence
]

/** Its pages for the studio's people. */
export function crewRoutes(app: FastifyInstance): void {
  peopleRoutes(app)
  busyRoutes(app)
  placeRoutes(app)
}
