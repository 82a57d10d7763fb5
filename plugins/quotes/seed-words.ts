import type { TypedLine } from '@patchbay/core'

/** A quote of the demo. `days`: sent so long ago; null: about a session to come. */
export interface Offer {
  title: string
  days: number | null
  fate: 'accepted' | 'declined' | 'expired' | 'sent' | 'draft'
  reason?: string
  rounds?: number
  lines: TypedLine[]
}

const line = (
  label: string,
  quantity: number,
  unit: TypedLine['unit'],
  euros: number,
  more: Partial<TypedLine> = {}
): TypedLine => ({
  kind: 'line',
  label,
  description: null,
  quantity,
  unit,
  unit_micros: euros * 1_000_000,
  discount_bp: 0,
  discount_cents: 0,
  vat_category: 'S',
  vat_rate: 2000,
  nature: 'service',
  account: null,
  item_id: null,
  source: null,
  optional: false,
  chosen: false,
  ...more
})
const heading = (label: string): TypedLine => ({ ...line(label, 1, 'piece', 0), kind: 'section' })
const option = { optional: true }
const goods = { nature: 'goods' as const, vat_rate: 2000 }

/** In the order in which they were sent. */
export const offers: Offer[] = [
  {
    title: 'Album dix titres',
    days: 160,
    fate: 'accepted',
    rounds: 3,
    lines: [
      heading('Enregistrement'),
      line('Lockout Studio A, ingénieur compris', 6, 'day', 620),
      heading('Mixage'),
      line('Mixage', 10, 'track', 280),
      line('Mastering', 10, 'track', 70, option)
    ]
  },
  {
    title: 'Maquette guitare-voix',
    days: 120,
    fate: 'declined',
    reason: 'Budget repoussé à l’année prochaine.',
    lines: [line('Enregistrement', 2, 'half_day', 210), line('Mixage', 3, 'track', 180)]
  },
  {
    title: 'Podcast, huit épisodes',
    days: 80,
    fate: 'accepted',
    lines: [
      line('Prise de son et montage', 8, 'piece', 240, { discount_bp: 1000 }),
      line('Habillage sonore', 1, 'flat', 450)
    ]
  },
  {
    title: 'EP cinq titres',
    days: 55,
    fate: 'expired',
    rounds: 2,
    lines: [line('Enregistrement', 3, 'day', 580), line('Mixage', 5, 'track', 260)]
  },
  {
    title: 'Voix off publicitaire',
    days: 33,
    fate: 'accepted',
    lines: [line('Voix et direction artistique', 4, 'hour', 95), line('Droits de diffusion, un an', 1, 'flat', 600)]
  },
  {
    title: 'Enregistrement du single',
    days: null,
    fate: 'sent',
    rounds: 2,
    lines: [
      line('Mixage', 1, 'track', 320),
      line('Mastering', 1, 'track', 90, option),
      line('Version instrumentale', 1, 'piece', 60, option),
      line('Disque dur 1 To', 1, 'piece', 75, { ...option, ...goods })
    ]
  },
  { title: 'Trois jours de prises', days: null, fate: 'accepted', rounds: 2, lines: [line('Mixage', 4, 'track', 280)] },
  { title: 'Mixage d’un live', days: null, fate: 'sent', lines: [line('Mixage multipiste', 12, 'hour', 60)] },
  { title: 'Résidence de printemps', days: null, fate: 'draft', lines: [line('Préparation', 2, 'hour', 45)] }
]
