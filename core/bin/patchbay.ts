#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// before anything else is loaded: the compiled code of the last time is used again
enableCompileCache()
const { runCommandLine } = await import('../cli/main.ts')
const { plugins } = await import('../../plugins/index.ts')
process.exitCode = await runCommandLine(process.argv.slice(2), plugins)
