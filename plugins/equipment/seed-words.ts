import type { Category, Condition, MaintenanceKind } from './contract.ts'

/** A piece of the demo: where it stands by the room's name, how old it is in days, what it cost and is worth in euros. */
export interface SeedPiece {
  category: Category
  brand?: string
  model: string
  serial?: string
  quantity?: number
  room: number | null
  state?: Condition
  days: number
  price: number
  value: number
  warranty?: number
  notes?: string
}

/** `room` is the place of a room in the studio's order: 0 the large one. */
export const pieces: readonly SeedPiece[] = [
  {
    category: 'microphone',
    brand: 'Neumann',
    model: 'U87 Ai',
    serial: 'U87-158204',
    quantity: 2,
    room: 0,
    days: 2900,
    price: 2890,
    value: 3390,
    notes: 'Paire, valises et suspensions.'
  },
  {
    category: 'microphone',
    brand: 'Neumann',
    model: 'TLM 103',
    serial: 'T103-90417',
    room: 1,
    days: 1800,
    price: 1049,
    value: 1150
  },
  {
    category: 'microphone',
    brand: 'Neumann',
    model: 'KM 184 (paire)',
    serial: '184-22951/2',
    room: 0,
    days: 2300,
    price: 1390,
    value: 1450
  },
  {
    category: 'microphone',
    brand: 'AKG',
    model: 'C414 XLII',
    serial: 'C414-51120',
    quantity: 2,
    room: 0,
    days: 2100,
    price: 980,
    value: 1090
  },
  { category: 'microphone', brand: 'AKG', model: 'D112 MkII', room: 0, days: 1500, price: 169, value: 180 },
  {
    category: 'microphone',
    brand: 'Coles',
    model: '4038',
    serial: '11-7325',
    quantity: 2,
    room: 0,
    days: 3200,
    price: 1290,
    value: 1590,
    notes: 'Rubans : jamais d’alimentation fantôme.'
  },
  {
    category: 'microphone',
    brand: 'Royer',
    model: 'R-121',
    serial: '7731',
    room: 0,
    days: 1200,
    price: 1395,
    value: 1490,
    warranty: 900
  },
  {
    category: 'microphone',
    brand: 'Schoeps',
    model: 'CMC 6 + MK 4 (paire)',
    serial: '68114/5',
    room: 0,
    days: 2600,
    price: 2950,
    value: 3200
  },
  { category: 'microphone', brand: 'Shure', model: 'SM57', quantity: 6, room: 0, days: 3000, price: 99, value: 109 },
  {
    category: 'microphone',
    brand: 'Shure',
    model: 'SM7B',
    serial: 'SM7B-3381',
    quantity: 2,
    room: 1,
    days: 900,
    price: 389,
    value: 399,
    warranty: 200
  },
  {
    category: 'microphone',
    brand: 'Sennheiser',
    model: 'MD 421-II',
    quantity: 4,
    room: 0,
    days: 2800,
    price: 349,
    value: 399,
    state: 'worn'
  },
  {
    category: 'microphone',
    brand: 'Electro-Voice',
    model: 'RE20',
    serial: 'RE-40882',
    room: 1,
    days: 1100,
    price: 549,
    value: 599
  },
  {
    category: 'microphone',
    brand: 'Telefunken',
    model: 'ELA M 251E',
    serial: '0417',
    room: 1,
    days: 1700,
    price: 8990,
    value: 9800
  },
  {
    category: 'preamp',
    brand: 'Neve',
    model: '1073 SPX',
    serial: '1073-8841',
    quantity: 2,
    room: 1,
    days: 1600,
    price: 2150,
    value: 2390
  },
  {
    category: 'preamp',
    brand: 'Universal Audio',
    model: '610 mkII',
    serial: 'UA-20319',
    room: 1,
    days: 2000,
    price: 1790,
    value: 1950
  },
  {
    category: 'preamp',
    brand: 'API',
    model: '512c',
    serial: '5122207',
    quantity: 4,
    room: 0,
    days: 2200,
    price: 799,
    value: 890
  },
  {
    category: 'dynamics',
    brand: 'Universal Audio',
    model: '1176LN',
    serial: '1176-11873',
    quantity: 2,
    room: 0,
    days: 2400,
    price: 1999,
    value: 2290
  },
  {
    category: 'dynamics',
    brand: 'Teletronix',
    model: 'LA-2A',
    serial: 'LA2-5561',
    room: 1,
    days: 2000,
    price: 3490,
    value: 3790,
    state: 'broken',
    notes: 'Le tube de sortie souffle, envoyé au devis.'
  },
  {
    category: 'dynamics',
    brand: 'Empirical Labs',
    model: 'EL8 Distressor',
    serial: 'EL-44102',
    quantity: 2,
    room: 2,
    days: 1900,
    price: 1490,
    value: 1690
  },
  {
    category: 'dynamics',
    brand: 'SSL',
    model: 'Fusion',
    serial: 'FUS-01973',
    room: 2,
    days: 800,
    price: 2150,
    value: 2250,
    warranty: 300
  },
  {
    category: 'equalizer',
    brand: 'Pultec',
    model: 'EQP-1A',
    serial: 'PT-3308',
    room: 2,
    days: 1300,
    price: 3990,
    value: 4200
  },
  {
    category: 'equalizer',
    brand: 'Manley',
    model: 'Massive Passive',
    serial: 'MP-1640',
    room: 2,
    days: 1500,
    price: 5290,
    value: 5900
  },
  {
    category: 'effect',
    brand: 'Roland',
    model: 'RE-201 Space Echo',
    serial: '812044',
    room: 0,
    days: 3400,
    price: 1150,
    value: 1600,
    state: 'worn',
    notes: 'Bande changée chaque année.'
  },
  {
    category: 'effect',
    brand: 'Lexicon',
    model: '480L',
    serial: '480-2217',
    room: 2,
    days: 3100,
    price: 3200,
    value: 3900
  },
  {
    category: 'console',
    brand: 'SSL',
    model: 'Matrix² Delta',
    serial: 'MX2-0416',
    room: 2,
    days: 2500,
    price: 17_900,
    value: 19_500
  },
  {
    category: 'converter',
    brand: 'Avid',
    model: 'MTRX Studio',
    serial: 'MTS-77210',
    room: 0,
    days: 1000,
    price: 4990,
    value: 5200,
    warranty: 95
  },
  {
    category: 'monitoring',
    brand: 'ATC',
    model: 'SCM45A Pro (paire)',
    serial: '45-1182/3',
    room: 2,
    days: 1700,
    price: 9950,
    value: 10_900
  },
  {
    category: 'monitoring',
    brand: 'Yamaha',
    model: 'NS-10M (paire)',
    serial: 'NS-66014',
    room: 0,
    days: 3600,
    price: 450,
    value: 700
  },
  {
    category: 'headphones',
    brand: 'Beyerdynamic',
    model: 'DT 770 Pro 80 Ω',
    quantity: 8,
    room: 0,
    days: 700,
    price: 139,
    value: 145,
    warranty: 60
  },
  {
    category: 'recorder',
    brand: 'Studer',
    model: 'A827 24 pistes',
    serial: 'A827-3390',
    room: 0,
    days: 3650,
    price: 11_500,
    value: 14_000
  },
  {
    category: 'computer',
    brand: 'Apple',
    model: 'Mac Studio M2 Ultra',
    serial: 'C02ZQ1ABMD6T',
    room: 0,
    days: 620,
    price: 5199,
    value: 4800,
    warranty: 475
  },
  {
    category: 'piano',
    brand: 'Steinway & Sons',
    model: 'B-211',
    serial: '597214',
    room: 0,
    days: 3300,
    price: 62_000,
    value: 89_000,
    notes: 'Accord tous les deux mois et avant chaque prise de piano seul.'
  },
  {
    category: 'keyboard',
    brand: 'Rhodes',
    model: 'Mark I Stage 73',
    serial: '48127',
    room: 0,
    days: 2700,
    price: 2600,
    value: 3800,
    state: 'worn'
  },
  {
    category: 'keyboard',
    brand: 'Hammond',
    model: 'B3 et Leslie 122',
    serial: 'B3-91440',
    room: 0,
    days: 3500,
    price: 9500,
    value: 13_500
  },
  {
    category: 'synthesizer',
    brand: 'Moog',
    model: 'Minimoog Model D',
    serial: 'MMD-02816',
    room: 1,
    days: 1400,
    price: 4990,
    value: 5400
  },
  {
    category: 'synthesizer',
    brand: 'Sequential',
    model: 'Prophet-5 Rev4',
    serial: 'P5-03377',
    room: 1,
    days: 950,
    price: 3690,
    value: 3800,
    warranty: 145
  },
  {
    category: 'synthesizer',
    brand: 'Roland',
    model: 'Juno-106',
    serial: '503218',
    room: 1,
    days: 2900,
    price: 1400,
    value: 2100
  },
  {
    category: 'guitar',
    brand: 'Fender',
    model: 'Jazz Bass 1972',
    serial: '352881',
    room: 0,
    days: 2600,
    price: 3200,
    value: 4600
  },
  {
    category: 'guitar',
    brand: 'Fender',
    model: 'Telecaster AVII 1951',
    serial: 'V2212904',
    room: 0,
    days: 900,
    price: 2190,
    value: 2250,
    warranty: 195
  },
  {
    category: 'amplifier',
    brand: 'Vox',
    model: 'AC30 Custom',
    serial: 'AC30-8821',
    room: 0,
    days: 1900,
    price: 999,
    value: 1150
  },
  {
    category: 'amplifier',
    brand: 'Ampeg',
    model: 'B-15 Portaflex',
    serial: 'B15-2216',
    room: 0,
    days: 2400,
    price: 2100,
    value: 2600,
    state: 'worn'
  },
  {
    category: 'drums',
    brand: 'Gretsch',
    model: 'Broadkaster 22/16/13',
    serial: 'GB-11209',
    room: 0,
    days: 2100,
    price: 3900,
    value: 4300
  },
  {
    category: 'drums',
    brand: 'Ludwig',
    model: 'Black Beauty 14 × 6,5',
    serial: 'LB417-8813',
    room: 0,
    days: 1600,
    price: 890,
    value: 990
  },
  { category: 'percussion', brand: 'Meinl', model: 'Set de percussions', room: 0, days: 1300, price: 480, value: 500 },
  { category: 'stand', brand: 'K&M', model: '210/9', quantity: 16, room: 0, days: 1500, price: 62, value: 65 },
  {
    category: 'stand',
    brand: 'Manfrotto',
    model: '111 BSU, grand pied',
    quantity: 2,
    room: 0,
    days: 2000,
    price: 210,
    value: 230
  },
  { category: 'accessory', brand: 'Radial', model: 'J48', quantity: 4, room: 0, days: 1200, price: 219, value: 229 },
  {
    category: 'accessory',
    brand: 'Hear Technologies',
    model: 'Hear Back OCTO',
    serial: 'HB-77120',
    quantity: 6,
    room: 0,
    days: 1100,
    price: 289,
    value: 310
  },
  {
    category: 'recorder',
    brand: 'Zoom',
    model: 'F6',
    serial: 'F6-10422',
    room: null,
    days: 400,
    price: 639,
    value: 640,
    warranty: 330,
    notes: 'Pour l’extérieur, avec sa sacoche.'
  }
]

/** Gear that is booked as one: a name and models with how many. */
export const kits: readonly {
  name: string
  notes?: string
  items: readonly (readonly [model: string, quantity: number])[]
}[] = [
  {
    name: 'Batterie',
    notes: 'Grosse caisse, caisse claire, toms, over-heads, ambiance.',
    items: [
      ['D112 MkII', 1],
      ['SM57', 2],
      ['MD 421-II', 3],
      ['KM 184 (paire)', 1],
      ['4038', 2],
      ['210/9', 8]
    ]
  },
  {
    name: 'Voix lead',
    items: [
      ['U87 Ai', 1],
      ['1073 SPX', 1],
      ['1176LN', 1]
    ]
  },
  {
    name: 'Piano',
    items: [
      ['B-211', 1],
      ['CMC 6 + MK 4 (paire)', 1],
      ['111 BSU, grand pied', 1]
    ]
  },
  {
    name: 'Podcast à deux',
    items: [
      ['SM7B', 2],
      ['DT 770 Pro 80 Ω', 2]
    ]
  },
  {
    name: 'Claviers vintage',
    items: [
      ['Mark I Stage 73', 1],
      ['Minimoog Model D', 1],
      ['Juno-106', 1],
      ['J48', 3]
    ]
  }
]

/** What sessions in each room usually have, by the room's place: a kit's name or a model. */
export const habits: readonly (readonly string[])[] = [
  ['Batterie', 'Piano', 'U87 Ai', 'C414 XLII', 'B3 et Leslie 122', 'AC30 Custom', 'RE-201 Space Echo'],
  ['Voix lead', 'TLM 103', 'ELA M 251E', 'Prophet-5 Rev4', 'Podcast à deux', 'Claviers vintage'],
  ['EL8 Distressor', 'Massive Passive', '480L', 'EQP-1A'],
  ['Fusion', 'EQP-1A']
]

/** The log: the piece's model, what, in how many days it is due (negative: was done so long ago), by whom, euros. */
export const log: readonly (readonly [
  model: string,
  kind: MaintenanceKind,
  days: number,
  provider: string,
  cost: number | null,
  note: string
])[] = [
  ['B-211', 'tuning', 3, 'Pianos Lambert', 95, 'Accord à 442 Hz'],
  ['B-211', 'tuning', -58, 'Pianos Lambert', 95, 'Accord à 442 Hz'],
  ['B-211', 'service', -410, 'Pianos Lambert', 640, 'Réglage de la mécanique'],
  [
    'A827 24 pistes',
    'calibration',
    -2,
    'Atelier du magnétique',
    null,
    'Alignement des têtes, à refaire avant la prochaine prise'
  ],
  ['B3 et Leslie 122', 'service', 20, 'Orgues & Leslie', null, 'Graissage du générateur'],
  ['RE-201 Space Echo', 'repair', -190, 'Atelier du magnétique', 180, 'Bande et galet presseur'],
  ['DT 770 Pro 80 Ω', 'repair', -33, 'Maison', 48, 'Quatre paires de coussinets'],
  ['Juno-106', 'repair', -260, 'Synthés Réunis', 320, 'Puces de voix 80017A']
]
