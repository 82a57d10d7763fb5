import { createHash, webcrypto } from 'node:crypto'
import type { PDFDocument } from '@cantoo/pdf-lib'

/** The studio's key for seals: PKCS #8 and X.509, both DER. */
export interface SealKey {
  key: Buffer
  certificate: Buffer
}

/** What the seal says of itself. */
export interface SealWords {
  name: string
  reason: string
  at: Date
}

/** Bytes kept free for the signature; one by RSA 2048 with its certificate takes some 1,800. */
const roomFor = 8192
/** As wide as any place in a file: replaced by the real ones once the file is written. */
const gap = 9_999_999_999

/**
 * Puts `appended` behind a paper and seals the whole: PAdES baseline B-B (ETSI EN 319 142-1), one signature over all bytes
 * but its own. Any change of a byte breaks it. @throws Error for what is no PDF.
 */
export async function sealPdf(paper: Buffer, appended: Buffer, key: SealKey, words: SealWords): Promise<Buffer> {
  // only here: it takes 20 MB, and a process that seals nothing does not need it
  const { PDFDocument } = await import('@cantoo/pdf-lib')
  const whole = await PDFDocument.load(paper, { updateMetadata: false })
  const more = await PDFDocument.load(appended, { updateMetadata: false })
  for (const page of await whole.copyPages(more, more.getPageIndices())) whole.addPage(page)
  whole.setModificationDate(words.at)
  await addPlaceholder(whole, words)
  const file = Buffer.from(
    await whole.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false })
  )
  const { open, end } = placeSignature(file)
  const signature = await cms(Buffer.concat([file.subarray(0, open), file.subarray(end)]), key)
  const hex = signature.toString('hex')
  if (hex.length > 2 * roomFor) throw new Error(`a seal of ${signature.length} bytes does not fit`)
  file.write(hex, open + 1, 'latin1')
  return file
}

/** A signature field without a place on the page, and room for the signature. */
async function addPlaceholder(pdf: PDFDocument, { name, reason, at }: SealWords): Promise<void> {
  const { PDFArray, PDFDict, PDFHexString, PDFName, PDFNumber, PDFString } = await import('@cantoo/pdf-lib')
  const { context, catalog } = pdf
  const range = context.obj([0, gap, gap, gap])
  const signature = context.register(
    context.obj({
      Type: 'Sig',
      Filter: 'Adobe.PPKLite',
      SubFilter: 'ETSI.CAdES.detached',
      ByteRange: range,
      Contents: PDFHexString.of('0'.repeat(2 * roomFor)),
      Name: PDFHexString.fromText(name),
      Reason: PDFHexString.fromText(reason),
      M: PDFString.fromDate(at),
      Prop_Build: { App: { Name: 'Patchbay' } }
    })
  )
  const page = pdf.getPage(pdf.getPageCount() - 1)
  const field = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      Rect: [0, 0, 0, 0],
      F: 132,
      T: PDFHexString.fromText('Patchbay'),
      V: signature,
      P: page.ref
    })
  )
  const notes = page.node.lookupMaybe(PDFName.of('Annots'), PDFArray)
  if (notes) notes.push(field)
  else page.node.set(PDFName.of('Annots'), context.obj([field]))
  const form = catalog.lookupMaybe(PDFName.of('AcroForm'), PDFDict) ?? context.obj({ Fields: [] })
  const fields = form.lookupMaybe(PDFName.of('Fields'), PDFArray) ?? context.obj([])
  fields.push(field)
  form.set(PDFName.of('Fields'), fields)
  form.set(PDFName.of('SigFlags'), PDFNumber.of(3))
  catalog.set(PDFName.of('AcroForm'), form)
}

/** Writes into the file where its signature stands: `open` is its `<`, `end` is behind its `>`. */
function placeSignature(file: Buffer): { open: number; end: number } {
  const range = `/ByteRange [ 0 ${gap} ${gap} ${gap} ]`
  const at = file.lastIndexOf(range, undefined, 'latin1')
  const contents = `/Contents <${'0'.repeat(2 * roomFor)}>`
  const near = file.indexOf(contents, Math.max(0, at - contents.length - 200), 'latin1')
  if (at < 0 || near < 0) throw new Error('the place of the seal was not found in the file')
  const open = near + '/Contents '.length
  const end = open + 2 + 2 * roomFor
  const real = `/ByteRange [ 0 ${open} ${end} ${file.length - end} ]`
  file.write(real.padEnd(range.length), at, 'latin1')
  return { open, end }
}

/** A detached CMS signature (RFC 5652) with the attributes CAdES asks for: content type, digest, signing-certificate-v2. */
async function cms(content: Buffer, { key, certificate }: SealKey): Promise<Buffer> {
  const [asn1js, pkijs] = await Promise.all([import('asn1js'), import('pkijs')])
  const engine = new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto })
  const signer = pkijs.Certificate.fromBER(bytes(certificate))
  const sha256 = (what: Buffer) => bytes(createHash('sha256').update(what).digest())
  const attribute = (type: string, value: object) => new pkijs.Attribute({ type, values: [value] })
  const octets = (value: Uint8Array<ArrayBuffer>) => new asn1js.OctetString({ valueHex: value })
  const inside = (value: InstanceType<typeof asn1js.Sequence> | InstanceType<typeof asn1js.OctetString>) =>
    new asn1js.Sequence({ value: [value] })
  const attributes = [
    attribute('1.2.840.113549.1.9.3', new asn1js.ObjectIdentifier({ value: '1.2.840.113549.1.7.1' })),
    attribute('1.2.840.113549.1.9.4', octets(sha256(content))),
    // SigningCertificateV2 → ESSCertIDv2 → the hash, SHA-256 being what is meant where no other is named
    attribute('1.2.840.113549.1.9.16.2.47', inside(inside(inside(octets(sha256(certificate))))))
  ]
  const signed = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: '1.2.840.113549.1.7.1' }),
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({ issuer: signer.issuer, serialNumber: signer.serialNumber }),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes })
      })
    ],
    certificates: [signer]
  })
  const secret = await webcrypto.subtle.importKey('pkcs8', key, rsa, false, ['sign'])
  await signed.sign(secret, 0, 'SHA-256', bytes(content), engine)
  const wrapped = new pkijs.ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: signed.toSchema(true) })
  return Buffer.from(wrapped.toSchema().toBER(false))
}

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

/** A copy in memory of its own, which is what the ASN.1 library takes. */
export const bytes = (buffer: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(buffer)
