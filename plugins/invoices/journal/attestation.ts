import { readFileSync } from 'node:fs'
import { time } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { document } from '@patchbay/core/documents'

/**
 * The individual attestation of CGI art. 286, I, 3° bis, as the editor declares it of this version, with the user's own half
 * to be signed. It says that nobody certified it.
 */
export async function attestationOf(request: FastifyRequest): Promise<{ pdf: Buffer; version: string }> {
  const { t, fmt, locale } = request.words()
  const { studio } = request
  const today = time.today(studio.timezone)
  const [seller] = await request.ask('legal.seller', { on: today, language: locale })
  const version = softwareVersion()
  const say = (key: string, values?: Record<string, string | number>) =>
    t(`invoices.journal.attestation.${key}`, values)
  const user = seller?.name || studio.name
  const place = [seller?.address, [seller?.postal_code, seller?.city].filter(Boolean).join(' ')]
    .filter(Boolean)
    .join(', ')
  const head = {
    title: say('title'),
    subtitle: say('law'),
    locale,
    studio: { name: user, lines: place ? [place] : [] },
    created: new Date(`${today}T12:00:00Z`)
  }
  const pdf = await document(head, paper => {
    paper.note(say('self_declared'))
    paper
      .heading(say('editor_part'))
      .facts([
        { label: say('software'), value: 'Patchbay' },
        { label: say('version'), value: version },
        { label: say('major'), value: version.split('.')[0] ?? version },
        { label: say('licence'), value: studio.name }
      ])
      .paragraph(say('editor_words', { version }))
      .list(['inalterability', 'security', 'retention', 'archiving'].map(key => say(key)))
      .paragraph(say('limits'), 'small')
      .signatures([{ label: say('for_editor') }])
    paper
      .heading(say('user_part'))
      .facts([
        { label: say('user'), value: user },
        { label: 'SIREN', value: seller?.siren ?? '' },
        { label: say('address'), value: place, wide: true }
      ])
      .paragraph(say('user_words', { user, version, day: fmt.date(today) }))
      .signatures([{ label: say('for_user', { user }), lines: [say('sign_here')] }])
      .paragraph(say('penalty'), 'small')
  })
  return { pdf, version }
}

/** Of the software that runs: its package.json stands beside what is exported of core. */
function softwareVersion(): string {
  const file = new URL('package.json', import.meta.resolve('@patchbay/core'))
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
