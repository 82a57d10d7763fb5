import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Argon2Parameters } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { Crew } from '../database/crew.ts'
import { unavailable } from '../errors.ts'
import { common } from './passwords-common.ts'

/**
 * Passwords are kept as argon2id in PHC form. The parameters are OWASP's: 19 MiB, two passes, one lane; more memory
 * would not fit the 250 MB this process may take with several hashes at once. When they rise, a password is hashed anew
 * the next time it is right.
 */
const current = { memory: 19_456, passes: 2, parallelism: 1 }

/** Longer ones are refused before any hashing. */
const maxBytes = 1024

/** A new password: 10 characters or more, kept as typed to the last space; no rules of composition. */
export const newPassword = () =>
  z
    .string()
    .min(1, 'fields.required')
    .min(10, 'people.errors.password_short')
    .refine(fits, 'people.errors.password_long')

/** A password to be compared. Nothing about it is said but whether it is right. */
export const knownPassword = () => z.string().min(1, 'fields.required').refine(fits, 'people.errors.password_long')

/**
 * What is wrong with a new password beyond its length, as a locale key: it is among the commonest, or made of the words
 * around it (the person's address or name, the studio's name).
 */
export function weakness(password: string, around: readonly string[]): string | undefined {
  const bare = bareOf(password)
  if (new Set(password).size < 4 || isRun(password) || common.has(bare)) return 'people.errors.password_common'
  const words = around.flatMap(text => [text, text.split('@')[0] ?? '']).map(bareOf)
  return words.some(word => word.length > 2 && word === bare) ? 'people.errors.password_context' : undefined
}

/** Hashes a password with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const tag = await derive(password, salt, current)
  const { memory, passes, parallelism } = current
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`
}

/**
 * Compares a password with a stored hash; without one (nobody has this address) it takes the same time and is wrong.
 * `outdated` says that the parameters have risen since: hash and store it again.
 */
export async function checkPassword(
  password: string,
  stored: string | null | undefined
): Promise<{ right: boolean; outdated: boolean }> {
  const parsed = parse(stored ?? dummy)
  const tag = await derive(password, parsed.salt, parsed.cost)
  const right = timingSafeEqual(tag, parsed.tag) && stored !== null && stored !== undefined
  const { memory, passes } = parsed.cost
  return { right, outdated: memory < current.memory || passes < current.passes }
}

const dummy = `$argon2id$v=19$m=${current.memory},t=${current.passes},p=1$${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`

function fits(password: string): boolean {
  return Buffer.byteLength(password) <= maxBytes
}

/** `Motdepasse2026!` and `motdepasse` are the same to whoever guesses. */
function bareOf(text: string): string {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return folded.replace(/[^a-z0-9]/g, '').replace(/^\d+(?=\D)|(?<=\D)\d+$/g, '')
}

/** `1234567890`, `abcdefghij`, `9876543210`: each character is the next of the one before. */
function isRun(text: string): boolean {
  const steps = new Set(
    Array.from({ length: text.length - 1 }, (_, at) => text.charCodeAt(at + 1) - text.charCodeAt(at))
  )
  return (
    steps.size === 1 ||
    (steps.size === 2 && steps.has(-9) && steps.has(1)) ||
    (steps.has(9) && steps.has(-1) && steps.size === 2)
  )
}

interface Cost {
  memory: number
  passes: number
  parallelism: number
}

function parse(stored: string): { cost: Cost; salt: Buffer; tag: Buffer } {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored)
  if (!found) throw new Error('a stored password is not argon2id in PHC form')
  const [, memory, passes, parallelism, salt = '', tag = ''] = found
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64')
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

const hash = promisify(argon2) as (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer>

// Hashing runs on the four threads that files and name look-ups share: one of them is left to those.
const hashing = new Crew(3)
// Beyond this, the wait is longer than anybody's patience.
const maxInLine = 200
let inLine = 0

async function derive(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  if (inLine >= maxInLine) throw unavailable()
  inLine += 1
  try {
    return await hashing.run(() => hash('argon2id', { message: Buffer.from(password), nonce, tagLength: 32, ...cost }))
  } finally {
    inLine -= 1
  }
}
