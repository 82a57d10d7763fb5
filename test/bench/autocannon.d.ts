declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'

  export interface Request {
    path: string
    headers?: Record<string, string>
  }

  export interface Client {
    setRequests: (requests: Request[]) => void
  }

  export interface Options {
    url: string
    connections: number
    duration: number
    headers?: Record<string, string>
    requests?: Request[]
    setupClient?: (client: Client) => void
  }

  export interface Result {
    '2xx': number
    non2xx: number
    errors: number
    timeouts: number
  }

  export interface Run extends EventEmitter, PromiseLike<Result> {
    on(event: 'response', heard: (client: Client, status: number, bytes: number, ms: number) => void): this
  }

  /** Loads `url` over `connections` that each ask again as soon as they are answered, for `duration` seconds. */
  export default function autocannon(options: Options): Run
}
