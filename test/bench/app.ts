import { openRegistry } from '../../core/boot.ts'
import { readEnvironment } from '../../core/env.ts'
import { buildHost } from '../../core/host.ts'
import { plugins } from '../../plugins/index.ts'
import { answer } from './calls.ts'

/** The arm under test: the application as `npm start` runs it, on a port of its own, logging as it does for real. */
const env = readEnvironment()
const registry = await openRegistry(env, plugins, (sentence, error) => console.error(sentence, error ?? ''))
const { app } = await buildHost({
  env,
  plugins,
  tenants: registry.tenants,
  connection: registry.connection,
  work: true
})
const url = await app.listen({ port: 0, host: '127.0.0.1' })

answer(
  {
    url: () => url,
    /** Resident megabytes. */
    memory: () => process.memoryUsage.rss() / 1e6,
    connections: () => registry.tenants.connections.stats()
  },
  async () => {
    await app.close()
    await registry.close()
  }
)
