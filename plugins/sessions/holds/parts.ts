import { answerChallenge, challengeOption, extendOption, withdrawChallenge } from './challenging.ts'
import { addWaiting, answerOffer, declineWaiting, leaveWaiting, moveWaiting, takeWaiting } from './waiting.ts'

/** What options, challenges and the waiting list add to the plugin. */
export const holdActions = [
  extendOption,
  challengeOption,
  withdrawChallenge,
  answerChallenge,
  addWaiting,
  leaveWaiting,
  moveWaiting,
  takeWaiting,
  declineWaiting,
  answerOffer
]

/** Its facts that open pages are told at once. */
export const holdLive = {
  'sessions.promoted': 'sessions.read',
  'sessions.challenged': 'sessions.read',
  'sessions.challenge-closed': 'sessions.read',
  'sessions.waiting-told': 'sessions.read',
  'sessions.waiting-answered': 'sessions.read',
  'sessions.waiting-changed': 'sessions.read'
}
