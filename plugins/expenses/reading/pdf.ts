import { inflateSync } from 'node:zlib'
import {
  EncryptedPDFError,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFRawStream,
  PDFString,
  decodePDFRawStream
} from '@cantoo/pdf-lib'

export interface Attachment {
  name: string
  content: Uint8Array
}

/** What the standards call the XML inside a PDF, the present name first. */
const invoiceNames = ['factur-x.xml', 'xrechnung.xml', 'zugferd-invoice.xml']
const largest = 10_000_000

/** The invoice's XML inside a PDF; undefined when it carries none. `wrong` is why it cannot be opened. */
export async function invoiceInPdf(bytes: Uint8Array): Promise<Attachment | undefined | { wrong: string }> {
  try {
    const document = await PDFDocument.load(bytes, { updateMetadata: false, throwOnInvalidObject: false })
    const found = attachmentsOf(document)
    const known = invoiceNames.flatMap(name => found.filter(one => one.name.toLowerCase() === name))[0]
    const spec = known ?? found.find(one => /\.xml$/i.test(one.name) && one.related)
    const content = spec && contentOf(spec.stream)
    return spec && content ? { name: spec.name, content } : undefined
  } catch (error) {
    // other people's files make the parser throw: that is an answer here, not a failure of ours
    return { wrong: error instanceof EncryptedPDFError ? 'pdf_encrypted' : 'pdf_unreadable' }
  }
}

interface Spec {
  name: string
  stream: PDFRawStream
  /** It is said to be the document's own data. */
  related: boolean
}

/** By the tree of names, and by the catalog's list of associated files. */
function attachmentsOf({ catalog }: PDFDocument): Spec[] {
  const names = catalog.lookupMaybe(PDFName.of('Names'), PDFDict)
  const tree = names?.lookupMaybe(PDFName.of('EmbeddedFiles'), PDFDict)
  const associated = catalog.lookupMaybe(PDFName.of('AF'), PDFArray)
  const dicts = [...(tree ? specsIn(tree, 0) : []), ...(associated ? dictsOf(associated) : [])]
  return dicts.flatMap(specOf)
}

/** The leaves of a name tree hold names and values in turn. */
function specsIn(tree: PDFDict, depth: number): PDFDict[] {
  if (depth > 8) return []
  const leaves = tree.lookupMaybe(PDFName.of('Names'), PDFArray)
  const kids = tree.lookupMaybe(PDFName.of('Kids'), PDFArray)
  return [...(leaves ? dictsOf(leaves) : []), ...(kids ? dictsOf(kids).flatMap(kid => specsIn(kid, depth + 1)) : [])]
}

const dictsOf = (array: PDFArray): PDFDict[] =>
  Array.from({ length: Math.min(array.size(), 500) }, (_, at) => array.lookup(at)).filter(one => one instanceof PDFDict)

function specOf(spec: PDFDict): Spec[] {
  const files = spec.lookupMaybe(PDFName.of('EF'), PDFDict)
  const stream = files?.lookup(PDFName.of('F')) ?? files?.lookup(PDFName.of('UF'))
  if (!(stream instanceof PDFRawStream)) return []
  const relation = spec.lookup(PDFName.of('AFRelationship'))
  const related = relation instanceof PDFName && /^\/(Alternative|Data|Source)$/.test(relation.asString())
  const name = [PDFName.of('UF'), PDFName.of('F')].map(key => spec.lookup(key)).find(isText)
  return [{ name: name?.decodeText() ?? '', stream, related }]
}

const isText = (object: unknown): object is PDFString | PDFHexString =>
  object instanceof PDFString || object instanceof PDFHexString

/** The bytes of an attachment, never more than may be read: what swells beyond that throws. */
function contentOf(stream: PDFRawStream): Uint8Array {
  const filter = stream.dict.lookup(PDFName.of('Filter'))
  const only = filter instanceof PDFArray && filter.size() === 1 ? filter.lookup(0) : filter
  const raw = stream.getContents()
  if (only === undefined) return raw
  if (only === PDFName.of('FlateDecode')) return inflateSync(raw, { maxOutputLength: largest })
  return decodePDFRawStream(stream).decode()
}
