import { notFound } from '@patchbay/core'
import { sendRange } from '@patchbay/core/storage'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { buildName } from '../uploads/names.ts'
import { findStored, peaksOf } from './queries.ts'
import type { Stored } from './queries.ts'
import { waveImage } from './waves.ts'

/*
 * Files of sound as they are asked for. The route says who may: the studio's own, and those of guests, whose link says
 * what they may hear.
 */

/** What browsers play as it came. Safari alone knows AIFF. */
const playable: Record<string, string> = {
  wav: 'audio/wav',
  flac: 'audio/flac',
  mp3: 'audio/mpeg',
  aac: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/ogg'
}

/** Whether a browser can be expected to play it: by its copy, or as it came. */
export const canBeHeard = ({ copied, format }: { copied: boolean; format: string }): boolean =>
  copied || format in playable

/** The copy to listen to, else the original where browsers play it; in ranges. @throws notFound when there is neither. */
export async function listenTo(request: FastifyRequest, reply: FastifyReply, audioId: number): Promise<unknown> {
  const sound = await findStored(request.db, audioId)
  if (!sound) throw notFound()
  const type = playable[sound.format]
  if (sound.listening_file_id === null && type === undefined) throw notFound('mixes.player.errors.not_playable')
  const options = sound.listening_file_id === null && type ? { media_type: type } : {}
  return sendRange(request, reply, sound.listening_file_id ?? sound.file_id, { inline: true, ...options })
}

/** The original as it came, to be saved under the name it is delivered by. @throws notFound */
export async function sendOriginal(request: FastifyRequest, reply: FastifyReply, audioId: number): Promise<unknown> {
  const sound = await findStored(request.db, audioId)
  if (!sound) throw notFound()
  return sendRange(request, reply, sound.file_id, { name: originalName(sound) })
}

/** As deliveries name it, when it belongs to a track; else as it came. */
export function originalName(sound: Stored): string {
  const { title, version, kind, number } = sound
  if (title === null || (version === null && kind === null)) return sound.name
  const { artist, by: mixer, label, sample_rate: rate, bit_depth: depth, format } = sound
  const revision = number ?? 1
  return `${buildName({ artist, title, mixer, revision, version, kind, label, rate, depth })}.${endings[format] ?? format}`
}

const endings: Partial<Record<Stored['format'], string>> = { aiff: 'aif', aac: 'm4a' }

/** Its peaks, 1800 pairs of signed bytes; kept for good, for the address changes with them. @throws notFound before they are known. */
export async function sendPeaks(request: FastifyRequest, reply: FastifyReply, audioId: number): Promise<FastifyReply> {
  const peaks = await peaksOf(request.db, audioId)
  if (!peaks) throw notFound()
  return kept(reply).type('application/octet-stream').send(peaks)
}

/** The same as a picture for lists. */
export async function sendWave(request: FastifyRequest, reply: FastifyReply, audioId: number): Promise<FastifyReply> {
  const peaks = await peaksOf(request.db, audioId)
  if (!peaks) throw notFound()
  return kept(reply).type('image/svg+xml').send(waveImage(peaks))
}

const kept = (reply: FastifyReply): FastifyReply =>
  reply.header('cache-control', 'private, max-age=31536000, immutable')
