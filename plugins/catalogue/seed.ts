import { time } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { addCode } from './code-queries.ts'
import { addPriceList, setClientList, setPrices } from './list-queries.ts'
import { addItem } from './queries.ts'
import type { ItemFields } from './queries.ts'

const plain = {
  description: null,
  vat_category: 'S',
  vat_rate: 2000,
  nature: 'service',
  account: null,
  package_unit: null,
  package_quantity: null,
  package_days: null
} as const

/** Price in euros; the rest as in the catalogue. */
const items: (Pick<ItemFields, 'code' | 'label' | 'unit'> & Partial<ItemFields> & { euros: number })[] = [
  { code: 'REC-H', label: 'Enregistrement, heure', unit: 'hour', euros: 55 },
  { code: 'REC-J', label: 'Enregistrement, journée de 8 heures', unit: 'day', euros: 380 },
  { code: 'VOIX-H', label: 'Prise de voix, cabine', unit: 'hour', euros: 40 },
  { code: 'EDIT-H', label: 'Editing et comping', unit: 'hour', euros: 45 },
  {
    code: 'MIX-T',
    label: 'Mixage stéréo, par titre',
    unit: 'track',
    euros: 280,
    description: 'Deux allers-retours compris.'
  },
  { code: 'MIX-S', label: 'Mixage par stems, par titre', unit: 'track', euros: 190 },
  {
    code: 'MST-T',
    label: 'Mastering, par titre',
    unit: 'track',
    euros: 65,
    description: 'Fichiers 16 bits/44,1 kHz et 24 bits.'
  },
  { code: 'MST-A', label: 'Mastering d’album, jusqu’à 12 titres', unit: 'flat', euros: 540 },
  { code: 'MUS', label: 'Musicien de séance, service de 3 heures', unit: 'piece', euros: 220 },
  { code: 'PIANO', label: 'Accord du piano', unit: 'flat', euros: 95 },
  { code: 'BACK', label: 'Location de backline', unit: 'day', euros: 60 },
  { code: 'KM', label: 'Déplacement', unit: 'kilometre', euros: 0.62 },
  { code: 'ARCH', label: 'Archivage des sessions, au-delà de six mois', unit: 'month', euros: 8.5 },
  { code: 'SSD-1', label: 'Disque SSD 1 To', unit: 'piece', euros: 89.9, nature: 'goods' },
  { code: 'CD-100', label: 'Pressage CD digifile, les 100', unit: 'piece', euros: 240, nature: 'goods' },
  { code: 'LIVRET', label: 'Livret imprimé 12 pages', unit: 'piece', euros: 1.85, nature: 'goods', vat_rate: 550 },
  {
    code: 'FORF-10',
    label: 'Forfait 10 heures de cabine',
    unit: 'piece',
    euros: 400,
    package_unit: 'hour',
    package_quantity: 10,
    package_days: 180
  },
  {
    code: 'FORF-40',
    label: 'Forfait 40 heures de studio',
    unit: 'piece',
    euros: 1800,
    package_unit: 'hour',
    package_quantity: 40,
    package_days: 365
  },
  {
    code: 'FORF-5S',
    label: 'Forfait 5 séances podcast',
    unit: 'piece',
    euros: 600,
    package_unit: 'session',
    package_quantity: 5,
    package_days: 120
  }
]

/** The catalogue of a studio that records, mixes and masters; a price list of labels, one of associations; two codes. */
export async function seed({ db, studio, did, people }: Seeding): Promise<void> {
  const ids = new Map<string, number>()
  for (const { euros, ...item } of items) {
    const id = await addItem(db, { ...plain, ...item, unit_micros: Math.round(euros * 1_000_000) })
    ids.set(item.code ?? '', id)
  }
  const labels = await addPriceList(db, { name: 'Labels', discount_bp: 1000 })
  const prices = [
    { item_id: ids.get('MIX-T') ?? 0, unit_micros: 240_000_000, discount_bp: null },
    { item_id: ids.get('MST-T') ?? 0, unit_micros: null, discount_bp: 1500 }
  ]
  await setPrices(db, labels, prices)
  const associations = await addPriceList(db, { name: 'Associations', discount_bp: 1500 })
  const [labelIds, others] = await Promise.all([
    db('clients').where({ kind: 'label', merged_into: null }).orderBy('id').limit(6).pluck<number[]>('id'),
    db('clients').where({ kind: 'company', merged_into: null }).orderBy('id').limit(2).pluck<number[]>('id')
  ])
  for (const client of labelIds) await setClientList(db, client, labels)
  for (const client of others) await setClientList(db, client, associations)
  const today = time.today(studio.timezone)
  const code = {
    label: null,
    discount_bp: 0,
    discount_cents: 0,
    valid_from: null,
    valid_to: null,
    client_id: null,
    minimum_cents: 0,
    max_uses: null,
    max_per_client: null
  }
  await addCode(db, { ...code, code: 'BIENVENUE10', discount_bp: 1000, max_per_client: 1 })
  await addCode(db, {
    ...code,
    code: 'MUSIQUE50',
    label: 'Fête de la musique : 50 € offerts',
    discount_cents: 50_00,
    minimum_cents: 300_00,
    max_uses: 20,
    valid_from: time.addDays(today, -60),
    valid_to: time.addDays(today, 60)
  })
  did(
    'catalogue.add',
    new Date(Date.now() - 170 * 864e5),
    { catalogue_item: ids.get('REC-H') ?? 0 },
    people[0]?.id ?? null
  )
}
