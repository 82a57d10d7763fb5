import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startCluster } from './cluster.ts'
import { countTests, fileResults } from './tally.ts'

/**
 * `npm test [-- files…]`: one throw-away PostgreSQL for the whole run, tap over it, and the closing line with the count
 * of tests that really ran. It fails when one failed, when a file crashed, and when there was none. Where nobody watches
 * (CI), up to `SECOND_TRIES` files that failed among the others run once more by themselves, and what the first try said is
 * printed: a busy machine must not stop a change, and an unsteady test must not stay unseen.
 */
const SECOND_TRIES = 3

const last = path.resolve('.tap/last.tap')
fs.rmSync(last, { force: true })
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-run-'))
fs.chmodSync(folder, 0o755) // when root runs this, PostgreSQL runs as somebody else and must get in

// Ctrl-C and the like end tap and its tests, and what follows still cleans up.
const run: { tap?: ChildProcess; interrupted: boolean } = { interrupted: false }
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Its whole group, which is why it has one: tap alone goes on until its tests are over. Asked twice, without mercy.
    if (run.tap?.pid) process.kill(-run.tap.pid, run.interrupted ? 'SIGKILL' : 'SIGTERM')
    run.interrupted = true
  })
}

let code = 1
let tap = ''
try {
  const { server, env } = await startCluster(folder)
  if (!run.interrupted) ({ code, tap } = await runTap(env, process.argv.slice(2)))
  if (process.env['CI'] && code !== 0 && !run.interrupted) ({ code, tap } = await tryAgain(env, { code, tap }))
  await server.stop()
  fs.mkdirSync(path.dirname(last), { recursive: true })
  fs.writeFileSync(last, tap)
} finally {
  stopLeftServers()
  fs.rmSync(folder, { recursive: true, force: true })
}

const { passed, failed, skipped } = countTests(tap)
// the reporter's own words are lost where nobody watches a terminal
if (process.env['CI'] && failed > 0) console.log(failures(tap).join('\n'))
// on a line of its own: the reporter ends with an escape sequence and no line end
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
if (code === 0 && (failed > 0 || passed === 0)) code = 1
process.exitCode = code

/** What failed, each with the lines that say how. */
function failures(tap: string): string[] {
  const lines = tap.split('\n')
  return lines.flatMap((line, at) => (/^\s*not ok/.test(line) ? lines.slice(at, at + 30) : []))
}

/** Servers that tests started for themselves and could not stop because they were ended. */
function stopLeftServers(): void {
  for (const file of fs.globSync(['*/pg18/postmaster.pid', '*/*/pg18/postmaster.pid'], { cwd: folder })) {
    process.kill(Number(fs.readFileSync(path.join(folder, file), 'utf8').split('\n')[0]), 'SIGQUIT')
  }
}

interface Run {
  code: number
  tap: string
}

/** The files that failed once more, one after the other; what comes back is the whole with their second results. */
async function tryAgain(env: Record<string, string>, first: Run): Promise<Run> {
  const results = fileResults(first.tap)
  const unsteady = results.filter(result => result.failed)
  if (unsteady.length === 0 || unsteady.length > SECOND_TRIES) return first
  for (const { file, tap } of unsteady) {
    const said = failures(tap).map(line => `  first try: ${line.replace(/^\s*not ok/, 'failed')}`)
    console.log([`\n${file} failed and runs once more by itself`, ...said].join('\n'))
  }
  const second = await runTap(env, ['--jobs=1', ...unsteady.map(result => result.file)])
  const again = fileResults(second.tap)
  const whole = results.map(result => again.find(other => other.file === result.file) ?? result)
  return { code: second.code, tap: whole.map(result => result.tap).join('\n') }
}

function runTap(env: Record<string, string>, files: readonly string[]): Promise<Run> {
  // Of this run only: two in one checkout must not count each other's.
  const output = path.join(folder, 'run.tap')
  fs.rmSync(output, { force: true })
  const args = ['run', `--output-file=${output}`, ...files]
  const own = { ...env, TMPDIR: folder } // what tests leave in the temporary folder goes with it
  const tap = spawn('tap', args, { stdio: 'inherit', detached: true, env: { ...process.env, ...own } })
  run.tap = tap
  const ended = (code: number) => ({ code, tap: fs.existsSync(output) ? fs.readFileSync(output, 'utf8') : '' })
  return new Promise(resolve => {
    tap.on('error', error => {
      console.error(error.message)
      resolve(ended(1))
    })
    tap.on('close', code => resolve(ended(code ?? 1)))
  })
}
