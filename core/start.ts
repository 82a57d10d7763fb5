import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { openRegistry, prepareMaster } from './boot.ts'
import { demoSignIn, ensureDemo } from './demo.ts'
import { WrongSetting, readEnvironment } from './env.ts'
import type { Environment } from './env.ts'
import { migrateFleet } from './database/fleet.ts'
import { dropOldTemplates } from './database/template.ts'
import { buildHost } from './host.ts'
import type { Host } from './host.ts'
import { codeOf } from './database/pg-errors.ts'
import type { Plugin } from './plugin.ts'

/** `npm start`: databases, demo, server, and the way to stop all three. What is wrong with a setting is printed plainly. */
export async function start(plugins: readonly Plugin[]): Promise<void> {
  try {
    await run(plugins)
  } catch (error) {
    if (!(error instanceof WrongSetting)) throw error
    console.error(`Patchbay did not start.\n${error.message}\nEvery setting is explained in .env.example.`)
    process.exitCode = 1
  }
}

async function run(plugins: readonly Plugin[]): Promise<void> {
  const env = readEnvironment()
  const warn = (sentence: string, error?: unknown) => console.error(sentence, error ?? '')
  const registry = await openRegistry(env, plugins, warn)
  try {
    await prepareMaster(registry, env)
    const { tenants, connection } = registry
    const { app, host } = await buildHost({ env, plugins, tenants, connection, work: env.WORKERS > 0 })
    const demo = env.DEMO ?? registry.embedded
    if (demo) await ensureDemo(host, () => console.log('Making the demo studio: this happens once…'))
    await listen(app, host, env)
    stopWell(async () => {
      await app.close()
      await registry.close()
    }, host)
    greet(env, host, demo)
    migrateStudios(host, env).catch(error => host.log.error({ err: error }, 'studios could not be brought up to date'))
  } catch (error) {
    await registry.close()
    throw error
  }
}

async function listen(app: FastifyInstance, host: Host, { PORT, HOST, PUBLIC_URL }: Environment): Promise<void> {
  try {
    await app.listen({ port: PORT, host: HOST })
    const address = app.server.address()
    if (PORT === 0 && !PUBLIC_URL && typeof address === 'object' && address)
      host.origin = `http://localhost:${address.port}`
  } catch (error) {
    await app.close()
    if (codeOf(error) === 'EADDRINUSE')
      throw new WrongSetting(`PORT ${PORT} is in use on ${HOST}: choose another`, { cause: error })
    if (codeOf(error) === 'EADDRNOTAVAIL')
      throw new WrongSetting(`HOST ${HOST} is no address of this machine`, { cause: error })
    throw error
  }
}

/** SIGTERM and Ctrl-C: no new requests, those under way finish, then the connections and the embedded server end. */
function stopWell(stop: () => Promise<void>, host: Host): void {
  closeWithGrace({ delay: 9000, logger: false }, async ({ err, signal }) => {
    if (err) host.log.fatal({ err }, 'something nobody foresaw; stopping')
    else host.log.info(`${signal ?? 'stop'}: finishing what is under way`)
    await stop()
  })
}

/** Studios whose database is behind answer 503 until this is done; nobody else waits for it. */
async function migrateStudios(host: Host, env: Environment): Promise<void> {
  if (env.MIGRATE === 'refuse') return
  const { done, failed } = await migrateFleet({ tenants: host.tenants })
  if (done > 0) host.log.info({ done }, 'studios were brought up to date')
  for (const { slug, error } of failed)
    host.log.error({ studio: slug, reason: error }, 'a studio could not be brought up to date')
  await dropOldTemplates(host.tenants)
}

function greet(env: Environment, host: Host, demo: boolean): void {
  const lines = [`Patchbay is at ${host.origin} (${(performance.now() / 1000).toFixed(1)} s)`]
  const signIn = demo && demoSignIn(env.DATA_DIR)
  if (signIn) lines.push(`Sign in with ${signIn.email} and the password ${signIn.password}`)
  if (!host.mailer.sends) lines.push(`Mail is not sent without SMTP_URL: read it at ${host.origin}/outbox`)
  console.log(lines.join('\n'))
}
