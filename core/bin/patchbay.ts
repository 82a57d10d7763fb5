#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// before anything else is loaded: the compiled code of the last time is used again
enableCompileCache()
const { Desk } = await import('../cli/desk.ts')
const { leaveWell, runCommandLine } = await import('../cli/main.ts')
const { plugins } = await import('../../plugins/index.ts')

const { stdin, stdout, stderr, env } = process
const desk = new Desk(plugins, { input: stdin, output: stdout, errors: stderr, env })
leaveWell(desk)
process.exitCode = await runCommandLine(process.argv.slice(2), desk)
