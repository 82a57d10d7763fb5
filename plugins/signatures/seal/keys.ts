import type { Context } from '@patchbay/core'
import { randomBytes, webcrypto } from 'node:crypto'
import { addKey, findKey } from '../turn-queries.ts'
import { bytes } from './pades.ts'
import type { SealKey } from './pades.ts'

/** How long the certificate of a studio's key is good, in years. */
const years = 15
const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1])
}

/** The studio's own key for seals, made when it is first needed. Two at once use the same one. */
export async function sealKey({ db, studio, sealed }: Pick<Context, 'db' | 'studio' | 'sealed'>): Promise<SealKey> {
  const known = await findKey(db)
  if (!known) {
    const made = await newKey(studio.name)
    await addKey(db, { certificate: made.certificate, key_sealed: sealed.seal(made.key.toString('base64'), 'seal') })
  }
  const kept = known ?? (await findKey(db))
  if (!kept) throw new Error('the key for seals could not be kept')
  return { certificate: kept.certificate, key: Buffer.from(sealed.open(kept.key_sealed, 'seal'), 'base64') }
}

/** A key and the certificate it signs for itself: it proves that nothing was changed, and nobody's identity. */
export async function newKey(studio: string, now = new Date()): Promise<SealKey> {
  const [asn1js, pkijs] = await Promise.all([import('asn1js'), import('pkijs')])
  const engine = new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto })
  const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = new pkijs.Certificate()
  certificate.version = 2
  const serial = randomBytes(16)
  // a positive number, its first byte not nothing
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  certificate.serialNumber = new asn1js.Integer({ valueHex: bytes(serial) })
  const named = (type: string, value: string) =>
    new pkijs.AttributeTypeAndValue({ type, value: new asn1js.Utf8String({ value }) })
  const whose = studio.slice(0, 64)
  for (const name of [certificate.issuer, certificate.subject]) {
    name.typesAndValues.push(named('2.5.4.10', whose), named('2.5.4.3', `${whose.slice(0, 48)} (Patchbay)`))
  }
  certificate.notBefore.value = new Date(+now - 864e5)
  certificate.notAfter.value = new Date(Date.UTC(now.getUTCFullYear() + years, now.getUTCMonth(), 1))
  const basic = new pkijs.BasicConstraints({ cA: false })
  // digitalSignature and nonRepudiation; document signing (RFC 9336)
  const usage = new asn1js.BitString({ valueHex: new Uint8Array([0b1100_0000]), unusedBits: 6 })
  const purposes = new pkijs.ExtKeyUsage({ keyPurposes: ['1.3.6.1.5.5.7.3.36'] })
  certificate.extensions = [
    new pkijs.Extension({ extnID: '2.5.29.19', critical: true, extnValue: basic.toSchema().toBER(false) }),
    new pkijs.Extension({ extnID: '2.5.29.15', critical: true, extnValue: usage.toBER(false) }),
    new pkijs.Extension({ extnID: '2.5.29.37', extnValue: purposes.toSchema().toBER(false) })
  ]
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey, engine)
  await certificate.sign(pair.privateKey, 'SHA-256', engine)
  return {
    certificate: Buffer.from(certificate.toSchema(true).toBER(false)),
    key: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey))
  }
}
