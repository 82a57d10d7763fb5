import type { Seeding } from '@patchbay/core'
import { addContract, linkSessions, setSigners } from './queries.ts'
import { presets } from './presets.ts'
import { listClientsToSign } from './seed-queries.ts'
import { addTemplate } from './template-queries.ts'

/** The templates of a studio that had its lawyer read them, and drafts for sessions to come. */
export async function seed({ db, people, did }: Seeding): Promise<void> {
  const author = people[0]?.id ?? null
  const versions = new Map<string, number>()
  for (const { key, name, language, as_of, body } of presets.filter(({ language }) => language === 'fr')) {
    const own = body.replace(/^> .*\n\n/, '')
    const { id, version_id } = await addTemplate(db, {
      name,
      language,
      body: own,
      preset: `${key} ${as_of}`,
      made_by: author
    })
    const at = new Date(Date.now() - 90 * 864e5)
    versions.set(key, version_id)
    did('contracts.add_template', at, { contract_template: id }, author)
  }
  for (const [index, one] of (await listClientsToSign(db, 3)).entries()) {
    const preset = presets[index % 2]
    if (!preset) continue
    const id = await addContract(db, {
      title: `${preset.name}, ${one.client_name}`,
      language: 'fr',
      client_id: one.client_id,
      template_version_id: versions.get(preset.key) ?? null,
      body: preset.body.replace(/^> .*\n\n/, ''),
      gaps: JSON.stringify(index === 0 ? { 'other.prix_total': '1 800,00 € HT', 'other.acompte': '540,00 €' } : {}),
      created_by: author
    })
    await linkSessions(db, id, [one.session_id])
    const owner = people[0]?.name ?? ''
    const studio = { step: 2, name: owner, email: 'camille.moreau@demo.test', role: 'Gérante' }
    const client = { step: 1, name: one.client_name, email: one.email, role: null }
    await setSigners(db, id, [client, studio])
    did(
      'contracts.make',
      new Date(Date.now() - (index + 1) * 20 * 3_600_000),
      { contract: id, client: one.client_id },
      author
    )
  }
}
