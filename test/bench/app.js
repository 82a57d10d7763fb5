import { enableCompileCache } from 'node:module'

// as core/bin/start.js does
enableCompileCache()
await import('./app.ts')
