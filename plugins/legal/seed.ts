import type { Seeding } from '@patchbay/core'
import { saveFile } from '@patchbay/core/storage'
import { changeCard } from './queries.ts'

/** The card of a company in Rennes, with all that a paper needs. */
export async function seed({ db, studio, folder, did, people }: Seeding): Promise<void> {
  const logo = await saveFile({ db, folder }, await logoPng(), { name: 'logo', media_type: 'image/png' })
  await changeCard(
    db,
    {
      name: `${studio.name} SARL`,
      trade_name: studio.name,
      legal_form: 'SARL',
      capital_cents: 8000_00,
      address: '12 rue du Chapitre',
      postal_code: '35000',
      city: 'Rennes',
      country: 'FR',
      siren: '732829320',
      siret: '73282932000074',
      register: 'RCS Rennes',
      email: 'compta@studio.demo.test',
      phone: '+33299123456',
      website: 'https://studio.demo.test',
      vat_number: 'FR44732829320',
      iban: 'FR7630006000011234567890189',
      bic: 'AGRIFRPP',
      payment_days: 30,
      logo_file_id: logo.id,
      colour: '#9a3412',
      footer: 'Merci de votre confiance. Les prises sont conservées six mois après la dernière séance.'
    },
    null
  )
  did('legal.change_identity', new Date(Date.now() - 175 * 864e5), {}, people[0]?.id ?? null)
}

/** A sound wave on white, as a PNG that papers can print. */
async function logoPng(): Promise<Buffer> {
  const bars = [18, 40, 66, 88, 60, 76, 44, 62, 30, 16].map(
    (height, at) =>
      `<rect x="${14 + at * 22}" y="${50 - height / 2}" width="12" height="${height}" rx="6" fill="#9a3412"/>`
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="720" height="300" viewBox="0 0 240 100">
    <rect width="240" height="100" fill="#ffffff"/>${bars.join('')}</svg>`
  // native code, which only the demo's making and photos need
  const { default: sharp } = await import('sharp')
  return sharp(Buffer.from(svg)).png().toBuffer()
}
