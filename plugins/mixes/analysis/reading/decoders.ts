import { afterId3 } from './source.ts'
import type { Source } from './source.ts'

/** Small pieces: what a decoder gives for each is thrown away at once. */
const bytesAtOnce = 32_768

/** FLAC, decoded as it is read; `damaged` is called for frames whose checksum does not hold. */
export async function* flacBlocks(source: Source, at: number, damaged: () => void): AsyncGenerator<Float32Array[]> {
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac')
  const decoder = new FLACDecoder()
  await decoder.ready
  try {
    // frames may leave to the head of the file what their rate and depth are
    await decoder.decodeFrames([await head(source)])
    for await (const bytes of pieces(source, at)) {
      const { channelData, samplesDecoded, errors } = await decoder.decode(bytes)
      if (errors.length > 0) damaged()
      if (samplesDecoded > 0) yield channelData
    }
    const { channelData, samplesDecoded, errors } = await decoder.flush()
    if (errors.length > 0) damaged()
    if (samplesDecoded > 0) yield channelData
  } finally {
    decoder.free()
  }
}

/** The sign of a FLAC and its first block, which is made to be the only one. */
async function head(source: Source): Promise<Buffer> {
  const bytes = Buffer.from(await source.at(await afterId3(source), 42))
  bytes.writeUInt8(0x80, 4)
  return bytes
}

/** MP3, decoded as it is read, without the silence that its encoder put before and after. */
export async function* mp3Blocks(source: Source, at: number, channels: number): AsyncGenerator<Float32Array[]> {
  const { MPEGDecoder } = await import('mpg123-decoder')
  const decoder = new MPEGDecoder({ enableGapless: true })
  await decoder.ready
  try {
    for await (const bytes of pieces(source, at)) {
      // what is no frame is passed over by the decoder, as every player does
      const { channelData, samplesDecoded } = decoder.decode(bytes)
      if (samplesDecoded > 0) yield channelData.slice(0, channels)
    }
  } finally {
    decoder.free()
  }
}

async function* pieces(source: Source, from: number): AsyncGenerator<Buffer> {
  for (let at = from; at < source.bytes; at += bytesAtOnce) yield await source.at(at, bytesAtOnce)
}
