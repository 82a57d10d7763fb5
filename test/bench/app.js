import { loadParts, settle } from '../../core/bin/loading.js'

// as core/bin/start.js does
await loadParts()
await import('./app.ts')
settle()
