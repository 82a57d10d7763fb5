import type { Knex } from 'knex'
import { createHash, randomBytes } from 'node:crypto'

/** Records of music made by plain SQL, without any sound behind them. */
export function makeMusic(db: Knex) {
  let made = 0
  const add = async (table: string, row: object): Promise<number> => {
    const [added] = await db(table).insert(row).returning<{ id: number }[]>('id')
    return added?.id ?? 0
  }

  /** A project with one track; of a client with an address, unless told otherwise. */
  async function track(more: { title?: string; rounds_included?: number; client?: boolean } = {}) {
    const n = ++made
    const email = `zoe-${n}@example.test`
    const client_id = more.client === false ? null : await add('clients', { kind: 'person', name: `Zoé ${n}`, email })
    const project_id = await add('projects', {
      title: `Album ${n}`,
      kind: 'album',
      artist: 'Zoé',
      client_id,
      rounds_included: more.rounds_included ?? 2
    })
    const title = more.title ?? `Forêt ${n}`
    const track_id = await add('tracks', { project_id, position: 1, title, status: 'mixing' })
    return { project_id, track_id, client_id, email, title }
  }

  /** A revision with a file of three minutes that is measured. */
  async function revision(
    track_id: number,
    {
      version = 'final',
      number,
      created_by = null
    }: { version?: string; number?: number; created_by?: number | null } = {}
  ) {
    const sha256 = createHash('sha256').update(`${track_id} ${version} ${++made}`).digest()
    const key = randomBytes(16).toString('hex')
    const file_id = await add('files', { key, name: 'mix', media_type: 'audio/wav', bytes: 10, sha256 })
    const audio_id = await add('audio_files', {
      file_id,
      name: 'mix.wav',
      format: 'wav',
      bytes: 10,
      sha256,
      state: 'analysed',
      duration_ms: 180_000,
      lufs: -14,
      sample_rate: 48_000,
      bit_depth: 24,
      channels: 2,
      peaks: Buffer.alloc(3600, 20)
    })
    const last = await db('revisions').where({ track_id, version }).max<{ max: number | null }[]>('number as max')
    const next = number ?? 1 + (last[0]?.max ?? 0)
    const id = await add('revisions', { track_id, version, number: next, audio_id, created_by })
    return { id, audio_id, number: next, sha256 }
  }

  return { add, track, revision }
}
