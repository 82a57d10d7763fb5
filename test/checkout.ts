import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

/**
 * A copy of the app without plugins, to which a test adds some: everything else is the checkout's own, by links. Removed
 * at the end of `t`.
 */
export function copyOfApp(t: Test): {
  dir: string
  node: (...args: string[]) => Promise<string>
  types: () => Promise<string>
} {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'patchbay-copy-')))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  for (const name of ['core', 'test', 'node_modules', 'views', 'static', 'migrations', 'package.json']) {
    symlinkSync(join(root, name), join(dir, name))
  }
  mkdirSync(join(dir, 'plugins'))
  const empty = `import type { Plugin } from '@patchbay/core'\n\nexport const plugins: readonly Plugin[] = []\n`
  writeFileSync(join(dir, 'plugins/index.ts'), empty)
  // one path for each file, whichever link it is reached by
  const paths = { '@patchbay/core': ['./core/index.ts'], '@patchbay/core/*': ['./core/*.ts'] }
  const compilerOptions = { incremental: false, tsBuildInfoFile: null, preserveSymlinks: true, paths }
  const tsconfig = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['plugins'] }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(tsconfig))
  return {
    dir,
    node: (...args) => command(dir, process.execPath, ...args),
    types: () => command(dir, process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', dir)
  }
}

/**
 * What a program printed, whether it went well or not. The shell drops the loaders with which tap watches its children:
 * TypeScript does not start under them.
 */
export async function command(cwd: string, program: string, ...args: string[]): Promise<string> {
  const bare = ['-c', 'NODE_OPTIONS= exec "$@"', 'sh', program, ...args]
  const { stdout, stderr } = await run('sh', bare, {
    cwd,
    env: { ...process.env, TAP: '1' },
    maxBuffer: 10_000_000
  }).catch(failed)
  return stdout + stderr
}

function failed(error: unknown): { stdout: string; stderr: string } {
  const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string }
  return { stdout, stderr: `${stderr}\nfailed: ${message}` }
}
