import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startCluster } from './cluster.ts'
import { countTests } from './tally.ts'

/**
 * `npm test [-- files…]`: one throw-away PostgreSQL for the whole run, tap over it, and the closing line with the count
 * of tests that really ran. It fails when one failed, when a file crashed, and when there was none.
 */
const output = path.resolve('.tap/last.tap')
fs.rmSync(output, { force: true })
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-run-'))
fs.chmodSync(folder, 0o755) // when root runs this, PostgreSQL runs as somebody else and must get in
const { server, env } = await startCluster(folder)

const tap = spawn('tap', ['run', ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, ...env } })
// Ctrl-C reaches tap too, which ends; what follows then cleans up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tap.kill(signal))
const code = await new Promise<number>(resolve => {
  tap.on('error', error => {
    console.error(error.message)
    resolve(1)
  })
  tap.on('close', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
})

await server.stop()
fs.rmSync(folder, { recursive: true, force: true })

const { passed, failed, skipped } = countTests(fs.existsSync(output) ? fs.readFileSync(output, 'utf8') : '')
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = code !== 0 || failed > 0 || passed === 0 ? code || 1 : 0
