import { newPdf } from './documents/archive.ts'
import type { PdfHead } from './documents/archive.ts'
import { Paper } from './documents/paper.ts'
import { Sheet, bodyWidth, page, quiet, styles } from './documents/sheet.ts'
import type { Style } from './documents/sheet.ts'

export type { Archival } from './documents/archive.ts'
export type { Cell, Fact, Paper, Picture, Signature, Table } from './documents/paper.ts'

/** What stands at the head of a document. */
export interface DocumentHead extends Omit<PdfHead, 'author'> {
  /** Under the title: when, where, for whom. */
  subtitle?: string
  /** Who writes. `lines`: address, telephone, numbers of registration; `colour`: `#rrggbb`, of the rule under the head. */
  studio: { name: string; lines?: readonly string[]; colour?: string | null }
}

/**
 * A PDF of A4 pages in the house's look: letterhead, page numbers, Inter embedded. `write` puts the content on the paper.
 * Give the request's person a file with `reply.type('application/pdf')`. Throws when an image is neither JPEG nor PNG.
 */
export async function document(head: DocumentHead, write: (paper: Paper) => unknown): Promise<Buffer> {
  const { pdf, done } = await newPdf({ ...head, author: head.studio.name })
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
