import { z } from 'zod'

/** The only place that reads the environment. Every variable is in .env.example, with its default. */

const flag = (fallback: boolean) =>
  z
    .enum(['0', '1', 'true', 'false', 'on', 'off'], 'must be on or off')
    .transform(value => ['1', 'true', 'on'].includes(value))
    .default(fallback)
const number = (min: number, max: number, fallback: number) =>
  z.coerce
    .number(`must be a number`)
    .int('must be a whole number')
    .min(min, `must be ${min} or more`)
    .max(max, `must be ${max} or less`)
    .default(fallback)
const address = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be an address such as ${example}` }).optional()

const Environment = z.object({
  PORT: number(0, 65_535, 3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: address(/^postgres(ql)?$/, 'postgres://user:password@host:5432/patchbay'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://studio.example' })
    .transform(value => value.replace(/\/+$/, ''))
    .optional(),
  SECRET: z.string().min(32, 'must have 32 characters or more: `openssl rand -base64 33` makes one').optional(),
  SMTP_URL: address(/^smtps?$/, 'smtp://user:password@host:587'),
  MAIL_FROM: z.string().min(3).default('Patchbay <patchbay@localhost>'),
  DEMO: flag(true).optional(),
  S3_ENDPOINT: address(/^https?$/, 'https://s3.example.com').transform(value => value?.replace(/\/+$/, '')),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_BUCKET: z.string().min(1).optional(),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  S3_PREFIX: z
    .string()
    .regex(/^[\w./-]*$/, 'must be letters, digits and . _ - /')
    .default(''),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  METRICS_TOKEN: z.string().min(16, 'must have 16 characters or more').optional(),
  TRUST_PROXY: z.string().optional(),
  MIGRATE: z.enum(['auto', 'refuse'], 'must be auto or refuse').default('auto'),
  WORKERS: number(0, 32, 4),
  CONNECTIONS_PER_SERVER: number(4, 2000, 250),
  CONNECTIONS_PER_STUDIO: number(1, 50, 4),
  CONNECTION_WAIT_MS: number(100, 60_000, 3000),
  RATE_PER_MINUTE: number(10, 1_000_000, 1200),
  SIGN_IN_TRIES: number(1, 1000, 10),
  SIGN_UP_TRIES: number(1, 100_000, 60)
})

export type Environment = z.output<typeof Environment> & {
  /** Variables that are not the host's own: those of plugins, each of which says what it reads. */
  others: Readonly<Record<string, string>>
}

/** Where a mistake in a setting is: printed as it is, the start stops. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting'
}

/**
 * Reads the settings. An empty variable counts as not set.
 * @throws WrongSetting naming each wrong variable and what it should be; the value itself is never printed.
 */
export function readEnvironment(variables: Record<string, string | undefined> = process.env): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const result = Environment.safeParse(set)
  if (!result.success) {
    throw new WrongSetting(result.error.issues.map(issue => `${String(issue.path[0])} ${issue.message}`).join('\n'))
  }
  if (result.data.DATABASE_URL && !result.data.SECRET) {
    throw new WrongSetting(
      'SECRET is required with DATABASE_URL, 32 characters or more: `openssl rand -base64 33` makes one'
    )
  }
  const store = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const
  const missing = store.filter(name => result.data[name] === undefined)
  if (missing.length > 0 && missing.length < store.length)
    throw new WrongSetting(`${missing.join(', ')}: missing. An S3 store takes ${store.join(', ')}, or none of them.`)
  const others = Object.entries(set).filter((one): one is [string, string] => !(one[0] in Environment.shape))
  return { ...result.data, others: Object.fromEntries(others) }
}

/**
 * What a plugin reads of the environment, by its own schema; an empty object for one that reads nothing.
 * @throws WrongSetting as above.
 */
export function readOwn({ env: schema }: { env?: z.ZodObject }, { others }: Environment): unknown {
  const result = schema?.safeParse(Object.fromEntries(Object.keys(schema.shape).map(name => [name, others[name]])))
  if (result?.success === false) {
    throw new WrongSetting(result.error.issues.map(issue => `${String(issue.path[0])} ${issue.message}`).join('\n'))
  }
  return result?.data ?? {}
}
