/** What other plugins may know of requests. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** Somebody asked for a time by the open page. */
    'requests.received': { request_id: number }
    /** The studio wrote to them: an answer, another time, a refusal. */
    'requests.answered': { request_id: number; message_id: number }
    /** They took the other time that was proposed, or took their request back. */
    'requests.accepted': { request_id: number }
    'requests.cancelled': { request_id: number }
    /** Its state, its client or its option is another. */
    'requests.changed': { request_id: number }
  }
}

export const requestStates = ['new', 'answered', 'declined', 'cancelled', 'archived'] as const
export type RequestState = (typeof requestStates)[number]
