import autocannon from 'autocannon'
import type { Request } from 'autocannon'
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answer } from './calls.ts'

/** The users: a process of its own, so that what it takes to ask is not taken from who answers. */

export interface Load {
  url: string
  /** Asked in turn; with several, each connection begins somewhere else. */
  requests: Request[]
  seconds: number
  connections: number
}

/** Milliseconds and answers a second; `failed` counts everything that was not a 2xx. */
export interface Loaded {
  rps: number
  p50: number
  p99: number
  failed: number
}

const sockets: net.Socket[] = []

answer({ load, look, sockets: openSockets, closeSockets }, async () => closeSockets())

async function load({ url, requests, seconds, connections }: Load): Promise<Loaded> {
  const times: number[] = []
  let client = 0
  const started = performance.now()
  const run = autocannon({
    url,
    connections,
    duration: seconds,
    requests,
    setupClient(one) {
      const from = Math.floor((client++ * requests.length) / connections)
      one.setRequests([...requests.slice(from), ...requests.slice(0, from)])
    }
  })
  run.on('response', (_client, _status, _bytes, ms) => void times.push(ms))
  const result = await run
  const elapsed = (performance.now() - started) / 1000
  return {
    rps: result['2xx'] / elapsed,
    ...middleAndLast(times),
    failed: result.non2xx + result.errors + result.timeouts
  }
}

/** The same by people, who look at what they got for a second or less before they ask again. */
async function look({ url, requests, seconds, connections }: Load): Promise<Loaded> {
  const [{ path, headers = {} }] = requests as [Request]
  const times: number[] = []
  let failed = 0
  const until = performance.now() + seconds * 1000
  const person = async () => {
    while (performance.now() < until) {
      await sleep(Math.random() * 1000)
      const asked = performance.now()
      const answer = await fetch(url + path, { headers })
      await answer.arrayBuffer()
      times.push(performance.now() - asked)
      if (!answer.ok) failed++
    }
  }
  await Promise.all(Array.from({ length: connections }, person))
  return { rps: times.length / seconds, ...middleAndLast(times), failed }
}

function middleAndLast(times: number[]): Pick<Loaded, 'p50' | 'p99'> {
  times.sort((a, b) => a - b)
  const at = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}

/** Opens so many WebSockets as browsers do, and leaves them idle. Says how many were let in. */
async function openSockets({ url, headers, count }: { url: string; headers: Record<string, string>; count: number }) {
  const { hostname, port, pathname } = new URL(url)
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const upgrade =
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${head.join('')}\r\n`
  let open = 0
  const one = async (): Promise<void> => {
    const socket = net.connect(Number(port), hostname)
    sockets.push(socket)
    socket.on('error', () => {}) // counted by what it answered
    socket.write(upgrade)
    const [first] = (await once(socket, 'data')) as [Buffer]
    if (first.toString('latin1').startsWith('HTTP/1.1 101')) open++
  }
  for (let left = count; left > 0; left -= 50) {
    await Promise.all(Array.from({ length: Math.min(50, left) }, one))
  }
  return open
}

function closeSockets(): void {
  for (const socket of sockets.splice(0)) socket.destroy()
}
