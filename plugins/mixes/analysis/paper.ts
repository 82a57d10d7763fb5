import { document } from '@patchbay/core/documents'
import type { Paper } from '@patchbay/core/documents'
import { showReport } from './showing.ts'
import type { Voice } from './words.ts'
import type { ReportRow } from './report-queries.ts'

/** The quality of these files on paper, one after another, each with what it measures and what others will make of it. */
export function reportPdf(
  voice: Voice,
  locale: 'fr' | 'en',
  studio: { name: string },
  rows: readonly ReportRow[]
): Promise<Buffer> {
  const { t } = voice
  const one = rows.length === 1 ? rows[0] : undefined
  const [first] = rows
  const head = {
    title: t('mixes.analysis.paper.title'),
    subtitle: [one ? showReport(voice, one).heading : '', first?.artist, first?.project].filter(Boolean).join(' · '),
    locale,
    studio: { name: studio.name }
  }
  return document(head, paper => {
    for (const row of rows) onPaper(paper, voice, row, rows.length > 1)
    paper.paragraph(t('mixes.analysis.paper.how'), 'small')
  })
}

function onPaper(paper: Paper, voice: Voice, row: ReportRow, headed: boolean): void {
  const { t, fmt } = voice
  const { heading, size, quality } = showReport(voice, row)
  if (headed) paper.heading(heading)
  paper.facts([
    { label: t('mixes.analysis.paper.file'), value: row.name },
    { label: t('mixes.analysis.paper.size'), value: size },
    { label: 'SHA-256', value: row.sha256, wide: true },
    ...(row.analysed_at ? [{ label: t('mixes.analysis.paper.at'), value: fmt.datetime(row.analysed_at) }] : [])
  ])
  if (quality.state !== 'analysed') {
    paper.note(quality.problem ?? t('mixes.analysis.waiting'))
    return
  }
  paper.table({
    columns: [
      { label: t('mixes.analysis.paper.what'), width: 2 },
      { label: t('mixes.analysis.paper.value'), width: 2 },
      { label: t('mixes.analysis.paper.wanted'), width: 1.5 },
      { label: t('mixes.analysis.paper.says'), width: 1.5 }
    ],
    rows: quality.lines.map(({ label, value, wanted, level, says }) => [
      label,
      value,
      wanted || '–',
      level === 'info' ? '' : says
    ])
  })
  if (quality.playbacks.length === 0) return
  paper.table({
    columns: [
      { label: t('mixes.analysis.playback.place'), width: 2 },
      { label: t('mixes.analysis.playback.lufs'), align: 'right' },
      { label: t('mixes.analysis.playback.gain'), align: 'right' },
      { label: t('mixes.analysis.playback.peak'), align: 'right' }
    ],
    rows: quality.playbacks.map(({ name, lufs, gain, peak, held }) => [name, lufs, gain, held ? `${peak} *` : peak])
  })
  if (quality.playbacks.some(({ held }) => held)) paper.paragraph(t('mixes.analysis.playback.held'), 'small')
}
