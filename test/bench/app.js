import { enableCompileCache } from 'node:module'
import { settle } from '../../core/bin/settle.js'

// as core/bin/start.js does
enableCompileCache()
await import('./app.ts')
settle()
