import type { Opening } from './opening.ts'
import type { RoomFields } from './room-queries.ts'

/** A start and an end by the wall clock. */
export type Shape = readonly [starts: string, ends: string]

/** What a day of a room may look like. */
export const shapes: readonly (readonly Shape[])[] = [
  [['10:00', '18:00']],
  [
    ['10:00', '14:00'],
    ['15:00', '19:00']
  ],
  [['14:00', '18:00']],
  [
    ['11:00', '13:00'],
    ['14:00', '20:00']
  ],
  [['14:00', '22:00']],
  [
    ['10:00', '13:00'],
    ['14:00', '17:30'],
    ['20:00', '23:30']
  ],
  [['19:00', '01:00']],
  [
    ['10:00', '14:00'],
    ['20:00', '02:00']
  ]
]

const week = (opens: string, closes: string, days = 6): Opening['hours'] =>
  Array.from({ length: days }, (_, index) => ({ weekday: index + 1, opens, closes }))

/** The rooms of a studio in Belleville; `busy` is how likely a good day is taken. */
export const rooms: readonly (RoomFields & { hours: Opening['hours']; busy: number })[] = [
  {
    name: 'Studio A',
    kind: 'live_room',
    colour: 8,
    capacity: 12,
    hourly_cents: 75_00,
    half_day_cents: 260_00,
    day_cents: 480_00,
    engineer_included: false,
    vat_rate: 2000,
    always_open: false,
    bookable: true,
    position: 1,
    notes: 'Grande prise, 60 m², piano demi-queue Yamaha C3, batterie Gretsch montée.',
    hours: week('09:00', '02:00', 7),
    busy: 0.95
  },
  {
    name: 'Cabine B',
    kind: 'cabine',
    colour: 2,
    capacity: 4,
    hourly_cents: 45_00,
    half_day_cents: 160_00,
    day_cents: 290_00,
    engineer_included: false,
    vat_rate: 2000,
    always_open: false,
    bookable: true,
    position: 2,
    notes: 'Voix et rap, U87, retour casque à six voies.',
    hours: week('10:00', '02:00', 7),
    busy: 0.9
  },
  {
    name: 'Mixage',
    kind: 'mixing',
    colour: 5,
    capacity: 5,
    hourly_cents: 60_00,
    half_day_cents: 210_00,
    day_cents: 390_00,
    engineer_included: false,
    vat_rate: 2000,
    always_open: false,
    bookable: true,
    position: 3,
    notes: null,
    hours: week('10:00', '02:00', 7),
    busy: 0.8
  },
  {
    name: 'Mastering',
    kind: 'mastering',
    colour: 10,
    capacity: 3,
    hourly_cents: 80_00,
    half_day_cents: null,
    day_cents: 520_00,
    engineer_included: false,
    vat_rate: 2000,
    always_open: false,
    bookable: true,
    position: 4,
    notes: 'Sur rendez-vous le samedi.',
    hours: week('10:00', '02:00'),
    busy: 0.5
  }
]

/** What is done in each of them. */
export const titles: readonly (readonly string[])[] = [
  [
    'Prise batterie',
    'Prise live quatuor',
    'Prises basse et guitares',
    'EP, jour 2',
    'Session live filmée',
    'Piano-voix'
  ],
  ['Voix lead', 'Prise voix', 'Maquettes', 'Chœurs', 'Podcast, épisode 4', 'Feat. et ad libs'],
  ['Mix single', 'Mix EP', 'Rappels de mix', 'Mix Atmos', 'Préparation de mix'],
  ['Mastering album', 'Mastering single', 'Mastering vinyle', 'Écoute finale']
]

export const reasons = [
  'Chanteur malade',
  'Report demandé par le label',
  'Budget non validé',
  'Batteur indisponible',
  'Tournée décalée'
]
