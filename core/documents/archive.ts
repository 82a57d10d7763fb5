import type { Locale } from '../i18n.ts'
import { lazily } from '../lazily.ts'

/** A file inside the document, and what it is to it: the same in another form, or something it rests on. */
export interface Attached {
  name: string
  content: Buffer
  /** Its media type: `text/xml`. */
  type: string
  description: string
  relationship: 'Alternative' | 'Data' | 'Source' | 'Supplement'
}

/** To be kept for ten years and more: PDF/A-3b, everything it needs inside. */
export interface Archival {
  attachment?: Attached
  /** `rdf:Description` elements for the metadata, well-formed and escaped. */
  xmp?: string
}

/** What a file says of itself. */
export interface PdfHead {
  title: string
  /** Whose it is. */
  author: string
  locale: Locale
  /** Its date of creation; now when absent. With the same date, the same content gives the same bytes. */
  created?: Date
  archival?: Archival
}

/** As it is loaded for `require`: as a module it would bring a fontkit of its own, beside the one of fonts.ts. */
const pdfkit = lazily<typeof import('pdfkit')>('pdfkit', import.meta.url)

/** An empty PDF without pages, and its bytes once it is ended. */
export async function newPdf(head: PdfHead): Promise<{ pdf: PDFKit.PDFDocument; done: Promise<Buffer> }> {
  // only here: pdfkit and the fonts take 60 MB, and a process that writes no document does not need them
  const PDFDocument = pdfkit()
  const { regular } = (await import('./fonts.ts')).interFonts()
  const created = head.created ?? new Date()
  const pdf = new PDFDocument({
    size: 'A4',
    // what goes where is ours to say: a margin of pdfkit's own would turn pages behind our back
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.7',
    // the font it begins with must be one that can be embedded; its types are older than parsed fonts
    ...(head.archival && { subset: 'PDF/A-3b' as const, font: regular as unknown as string }),
    lang: head.locale === 'fr' ? 'fr-FR' : 'en-GB',
    displayTitle: true,
    info: {
      Title: head.title.toWellFormed(),
      Author: head.author.toWellFormed(),
      Creator: 'Patchbay',
      Producer: 'Patchbay',
      CreationDate: created
    }
  })
  escapeMetadata(pdf)
  if (head.archival) attach(pdf, head.archival, created)
  const bytes: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (part: Buffer) => bytes.push(part))
    pdf.on('end', () => resolve(Buffer.concat(bytes)))
    pdf.on('error', reject)
  })
  return { pdf, done }
}

function attach(pdf: PDFKit.PDFDocument, { attachment, xmp }: Archival, created: Date): void {
  if (attachment) {
    const { name, content, type, description, relationship } = attachment
    const options = { name, type, description, relationship, creationDate: created, modifiedDate: created }
    pdf.file(content, options)
  }
  // pdfkit has no type for it
  if (xmp) (pdf as unknown as { appendXML: (xml: string) => void }).appendXML(xmp)
}

/** pdfkit writes title and author into XML as they are: "Dupont & Fils" would make the metadata unreadable. */
function escapeMetadata(pdf: object): void {
  // oxlint-disable eslint/no-underscore-dangle -- the name is pdfkit's
  const inner = pdf as { info: Record<string, unknown>; _addInfo: () => void }
  const addInfo = inner._addInfo.bind(inner)
  const addEscaped = () => {
    const plain = { ...inner.info }
    for (const [key, value] of Object.entries(plain)) {
      if (typeof value === 'string') inner.info[key] = forXml(value)
    }
    addInfo()
    Object.assign(inner.info, plain)
  }
  inner._addInfo = addEscaped
}

/** A text as it stands in XML: without the control characters XML cannot have. */
export const forXml = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- these are what goes
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, sign => entities[sign] ?? sign)

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
