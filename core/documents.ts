import { Paper } from './documents/paper.ts'
import { Sheet, bodyWidth, page, quiet, styles } from './documents/sheet.ts'
import type { Style } from './documents/sheet.ts'
import type { Locale } from './i18n.ts'

export type { Cell, Fact, Paper, Picture, Signature, Table } from './documents/paper.ts'

/** What stands at the head of a document. */
export interface DocumentHead {
  title: string
  /** Under the title: when, where, for whom. */
  subtitle?: string
  locale: Locale
  /** Who writes. `lines`: address, telephone, numbers of registration; `colour`: `#rrggbb`, of the rule under the head. */
  studio: { name: string; lines?: readonly string[]; colour?: string | null }
  /** Its date of creation; now when absent. With the same date, the same content gives the same bytes. */
  created?: Date
}

/**
 * A PDF of A4 pages in the house's look: letterhead, page numbers, Inter embedded. `write` puts the content on the paper.
 * Give the request's person a file with `reply.type('application/pdf')`. Throws when an image is neither JPEG nor PNG.
 */
export async function document(head: DocumentHead, write: (paper: Paper) => unknown): Promise<Buffer> {
  // only here: pdfkit and the fonts take 60 MB, and a process that writes no document does not need them
  const { default: PDFDocument } = await import('pdfkit')
  const pdf = new PDFDocument({
    size: 'A4',
    // what goes where is ours to say: a margin of pdfkit's own would turn pages behind our back
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: head.locale === 'fr' ? 'fr-FR' : 'en-GB',
    displayTitle: true,
    info: {
      Title: head.title,
      Author: head.studio.name,
      Creator: 'Patchbay',
      Producer: 'Patchbay',
      CreationDate: head.created ?? new Date()
    }
  })
  escapeMetadata(pdf)
  const bytes: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (part: Buffer) => bytes.push(part))
    pdf.on('end', () => resolve(Buffer.concat(bytes)))
    pdf.on('error', reject)
  })
  const sheet = new Sheet(pdf)
  letterhead(sheet, head)
  await write(new Paper(sheet))
  margins(sheet, head)
  pdf.end()
  return done
}

function letterhead(sheet: Sheet, { title, subtitle, studio }: DocumentHead): void {
  const half = bodyWidth / 2
  sheet.y = 42
  sheet.flow([
    {
      x: page.left,
      width: half,
      lines: sheet.lines(studio.name, half, { ...styles.heading, leading: styles.small.leading + 1 })
    },
    {
      x: page.left + half,
      width: half,
      align: 'right',
      lines: (studio.lines ?? []).flatMap(line => sheet.lines(line, half, styles.small))
    }
  ])
  sheet.rule(sheet.y + 6, /^#[0-9a-f]{6}$/i.test(studio.colour ?? '') ? (studio.colour ?? quiet) : quiet, 2)
  sheet.y += 22
  const full = (text: string, style: Style) =>
    sheet.flow([{ x: page.left, width: bodyWidth, lines: sheet.lines(text, bodyWidth, style) }])
  full(title, styles.title)
  if (subtitle) full(subtitle, styles.subtitle)
  sheet.y += 10
}

/** Numbers on every page, and on those after the first whose paper it is. */
function margins(sheet: Sheet, { title, studio }: DocumentHead): void {
  const { start, count } = sheet.pdf.bufferedPageRange()
  for (let index = 0; index < count; index++) {
    sheet.pdf.switchToPage(start + index)
    sheet.write(`${index + 1} / ${count}`, page.left, page.bottom + 24, styles.small, {
      width: bodyWidth,
      align: 'right'
    })
    if (index > 0) {
      const [whose] = sheet.lines(`${studio.name} — ${title}`, bodyWidth, styles.small)
      sheet.write(whose?.text ?? '', page.left, 32, styles.small)
    }
  }
}

/** pdfkit writes title and author into XML as they are: "Dupont & Fils" would make the metadata unreadable. */
function escapeMetadata(pdf: object): void {
  // oxlint-disable eslint/no-underscore-dangle -- the name is pdfkit's
  const inner = pdf as { info: Record<string, unknown>; _addInfo: () => void }
  const addInfo = inner._addInfo.bind(inner)
  inner._addInfo = () => {
    const plain = { ...inner.info }
    for (const [key, value] of Object.entries(plain)) {
      if (typeof value === 'string') inner.info[key] = value.replace(/[&<>]/g, sign => entities[sign] ?? sign)
    }
    addInfo()
    Object.assign(inner.info, plain)
  }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
