import type { Context } from '@patchbay/core'
import { document } from '@patchbay/core/documents'
import type { Paper } from '@patchbay/core/documents'
import type { Locale } from '@patchbay/core/i18n'
import type { Content } from './content.ts'
import type { Report } from './report-queries.ts'

/** In which words, and with what under a signature. */
export interface Printing extends Pick<Context, 't' | 'fmt'> {
  locale: Locale
}

type Signed = Pick<
  Report,
  'hash' | 'version' | 'signed_at' | 'way' | 'signer_name' | 'signer_role' | 'signer_email' | 'ip' | 'seal' | 'consent'
>

/** The report as a PDF; with a signature, what proves it is printed under it. The same report gives the same bytes. */
export function reportPdf(
  words: Printing,
  content: Content,
  { hash, signed, image }: { hash: string; signed?: Signed | undefined; image?: Buffer | undefined }
): Promise<Buffer> {
  const { t, locale } = words
  const say = (key: string, values?: Record<string, string | number>) => t(`session-report.paper.${key}`, values)
  const head = {
    title: signed?.version && signed.version > 1 ? say('title_version', { version: signed.version }) : say('title'),
    subtitle: subtitleOf(words, content),
    locale,
    studio: { name: content.studio, lines: content.place === null ? [] : content.place.split('\n') },
    created: signed?.signed_at ?? new Date(content.session.ends_at)
  }
  return document(head, paper => {
    facts(words, paper, content)
    hours(words, paper, content)
    titles(words, paper, content)
    musicians(words, paper, content)
    costs(words, paper, content)
    if (content.notes !== null) paper.heading(say('notes')).paragraph(content.notes)
    if (content.corrects) {
      paper.note(say('corrects', { version: content.corrects.version, reason: content.corrects.reason ?? '–' }))
    }
    paper.heading(say('signature')).paragraph(signed?.consent ?? t('session-report.consent'), 'small')
    const lines = signed?.signed_at ? proofLines(words, signed, signed.signed_at) : []
    const client = say('for_client')
    const sums = [
      say('hash', { hash: inGroups(hash) }),
      ...(signed?.seal ? [say('seal', { seal: inGroups(signed.seal) })] : [])
    ]
    // signed at a distance without a drawing: an empty box would ask for a second signature
    if (signed && !image) {
      paper.facts([{ label: client, value: lines.join('\n'), wide: true }]).paragraph(sums.join('\n'), 'small')
    } else {
      const studio = say('for_studio', { studio: content.studio })
      paper.signatures([
        { label: client, ...(image && { image }), lines },
        { label: studio, lines: sums }
      ])
    }
  })
}

const at = (iso: string) => new Date(iso)

/** A sum as people compare it, sixteen figures at a time. */
const inGroups = (sum: string) => sum.match(/.{1,16}/g)?.join(' ') ?? ''

function subtitleOf({ fmt }: Printing, { session }: Content): string {
  const when = fmt.range(at(session.starts_at), at(session.ends_at))
  return [session.client, session.title, session.room, when].filter(Boolean).join(' · ')
}

function facts({ t, fmt }: Printing, paper: Paper, { session, people, arrivals, hours }: Content): void {
  const label = (key: string) => t(`session-report.paper.${key}`)
  const named = people.map(({ name, role }) => `${name} (${t(`session-report.session_roles.${role}`)})`)
  const came = arrivals.map(({ name, role, arrived_at, left_at }) => {
    const stay = left_at === null ? fmt.time(at(arrived_at)) : fmt.hours(at(arrived_at), at(left_at))
    return `${name}${role === null ? '' : ` (${role})`} ${stay}`
  })
  paper.facts([
    { label: label('client'), value: session.client ?? '' },
    { label: label('room'), value: session.room },
    {
      label: label('booked'),
      value: `${fmt.range(at(session.starts_at), at(session.ends_at))} (${fmt.duration(session.booked_minutes)})`
    },
    {
      label: label('present'),
      value:
        session.started_at && session.completed_at
          ? `${fmt.range(at(session.started_at), at(session.completed_at))} (${fmt.duration(session.present_minutes ?? 0)})`
          : ''
    },
    { label: label('worked'), value: `${fmt.duration(hours.raw_minutes)} / ${fmt.duration(hours.billed_minutes)}` },
    { label: label('crew'), value: named.join(', ') },
    { label: label('arrivals'), value: came.join('\n'), wide: true }
  ])
}

function hours({ t, fmt }: Printing, paper: Paper, { hours: { lines, raw_minutes, billed_minutes } }: Content): void {
  if (lines.length === 0) return
  const label = (key: string) => t(`session-report.paper.${key}`)
  paper.heading(label('hours')).table({
    columns: [
      { label: label('person'), width: 3 },
      { label: label('task'), width: 3 },
      { label: label('raw'), align: 'right' },
      { label: label('billed'), align: 'right' }
    ],
    rows: lines.map(line => [
      line.person,
      taskName(t, line) + (line.corrected ? ` (${label('corrected')})` : ''),
      fmt.duration(line.raw_minutes),
      fmt.duration(line.billed_minutes)
    ]),
    foot: [['', label('total'), fmt.duration(raw_minutes), fmt.duration(billed_minutes)]]
  })
}

/** What a kind of work is called; the session as a whole has none. */
export function taskName(
  t: Context['t'],
  { task_key, task_name }: { task_key: string | null; task_name: string | null }
): string {
  if (task_name !== null) return task_name
  return task_key === null ? t('session-report.tasks.session') : t(`session-report.tasks.${task_key}`)
}

function titles({ t, fmt }: Printing, paper: Paper, content: Content): void {
  if (content.titles.length === 0) return
  const label = (key: string) => t(`session-report.paper.${key}`)
  const columns = [
    { label: label('title_worked'), width: 3 },
    { label: label('take'), align: 'right' as const },
    { label: label('verdict'), width: 1.2 },
    { label: label('time') },
    { label: label('note'), width: 3 }
  ]
  const rows = content.titles.flatMap(({ title, takes }) => {
    if (takes.length === 0) return [[title, '', '', '', '']]
    return takes.map((take, index) => [
      index === 0 ? title : '',
      String(take.number),
      take.verdict === null ? '' : t(`session-report.verdicts.${take.verdict}`),
      fmt.time(at(take.at)),
      take.note ?? ''
    ])
  })
  paper.heading(label('titles')).table({ columns, rows })
}

function musicians({ t, fmt }: Printing, paper: Paper, content: Content): void {
  if (content.musicians.length === 0) return
  const label = (key: string) => t(`session-report.paper.${key}`)
  paper.heading(label('musicians')).table({
    columns: [
      { label: label('name'), width: 2 },
      { label: label('instrument'), width: 2 },
      { label: label('role'), width: 2 },
      { label: label('society'), width: 2 },
      { label: label('hours_present'), width: 1.5 }
    ],
    rows: content.musicians.map(one => [
      one.name,
      one.instrument ?? '',
      t(`session-report.musician_roles.${one.role}`),
      [one.society, one.society_number].filter(Boolean).join(' '),
      stayOf(fmt, one)
    ])
  })
}

const stayOf = (fmt: Printing['fmt'], { from_at, to_at }: { from_at: string | null; to_at: string | null }) => {
  if (from_at && to_at) return fmt.hours(at(from_at), at(to_at))
  return from_at ? `${fmt.time(at(from_at))} –` : to_at ? `– ${fmt.time(at(to_at))}` : ''
}

function costs({ t, fmt }: Printing, paper: Paper, content: Content): void {
  if (content.costs.length + content.overtime.length === 0) return
  const label = (key: string, values?: Record<string, string | number>) => t(`session-report.paper.${key}`, values)
  const money = (cents: number) => fmt.money(cents, content.currency)
  paper.heading(label('costs')).table({
    columns: [
      { label: label('label'), width: 4 },
      { label: label('quantity'), align: 'right' },
      { label: label('unit_price'), align: 'right', width: 1.4 },
      { label: label('vat'), align: 'right' },
      { label: label('amount'), align: 'right', width: 1.4 }
    ],
    rows: [
      ...content.overtime.map(line => [
        label('overtime', { by: line.accepted_by, time: fmt.time(at(line.from_at)) }),
        fmt.duration(line.minutes),
        '',
        percent(fmt, line.vat_rate),
        `${money(line.price_cents)} ${label(line.vat_included ? 'with_vat' : 'without_vat')}`
      ]),
      ...content.costs.map(cost => [
        `${cost.label} (${t(`session-report.cost_kinds.${cost.kind}`)}${cost.billable ? '' : `, ${label('not_billed')}`})`,
        fmt.number(cost.quantity),
        money(cost.unit_cents),
        percent(fmt, cost.vat_rate),
        `${money(cost.cents)} ${label('without_vat')}`
      ])
    ]
  })
}

const percent = (fmt: Printing['fmt'], rate: number) => `${fmt.number(rate / 100)} %`

function proofLines({ t, fmt }: Printing, signed: Signed, signed_at: Date): string[] {
  const label = (key: string, values: Record<string, string>) => t(`session-report.paper.${key}`, values)
  const who = [signed.signer_name, signed.signer_role].filter(Boolean).join(', ')
  const way = signed.way === 'mail' ? label('by_mail', { email: signed.signer_email ?? '' }) : label('by_tablet', {})
  return [
    who,
    label('signed_at', { when: `${fmt.date(signed_at)} ${fmt.time(signed_at)}` }),
    way,
    `IP ${signed.ip ?? '–'}`
  ]
}

/**
 * The performers' attendance sheet with the fields of the SPEDIDAM, twice: one copy for the society, one for the producer.
 */
export function attendancePdf(words: Printing, content: Content, created: Date): Promise<Buffer> {
  const { t, fmt, locale } = words
  const label = (key: string, values?: Record<string, string | number>) => t(`session-report.sheet.${key}`, values)
  const { session } = content
  const head = {
    title: label('title'),
    subtitle: subtitleOf(words, content),
    locale,
    studio: { name: content.studio, lines: content.place === null ? [] : content.place.split('\n') },
    created
  }
  return document(head, paper => {
    for (const copy of [1, 2]) {
      if (copy === 2) paper.newPage()
      paper.note(label('copy', { copy }))
      paper.facts([
        { label: label('producer'), value: content.producer ?? '' },
        { label: label('first_destination'), value: content.first_destination ?? '' },
        { label: label('date'), value: fmt.range(at(session.starts_at), at(session.ends_at)) },
        { label: label('place'), value: [content.studio, session.room, content.place].filter(Boolean).join(', ') },
        { label: label('artist'), value: [session.client, session.title].filter(Boolean).join(' · '), wide: true }
      ])
      paper.heading(label('titles'))
      paper.list(content.titles.length === 0 ? ['–'] : content.titles.map(({ title }) => title))
      paper.heading(label('performers')).table({
        columns: [
          { label: label('name'), width: 2.2 },
          { label: label('instrument'), width: 2 },
          { label: label('society'), width: 2 },
          { label: label('hours'), width: 1.4 },
          { label: label('signature'), width: 2.4 }
        ],
        rows: content.musicians.map(one => [
          one.name,
          [one.instrument, t(`session-report.musician_roles.${one.role}`)].filter(Boolean).join(', '),
          [one.society, one.society_number].filter(Boolean).join(' '),
          stayOf(fmt, one) || fmt.hours(at(session.starts_at), at(session.ends_at)),
          ''
        ]),
        empty: label('nobody'),
        rowHeight: 34
      })
      paper.signatures([{ label: label('producer_signature') }, { label: label('studio_signature') }])
    }
  })
}
