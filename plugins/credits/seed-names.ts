import type { MusicianFields } from './musician-queries.ts'

/** The musicians of the demo; some of them stand on its session reports too. */
export const musicians: readonly (Partial<MusicianFields> & { name: string })[] = [
  {
    name: 'Élodie Garnier',
    instruments: ['Violon', 'Alto'],
    roles: ['Violin', 'Viola', 'StringSection'],
    performer_society: 'SPEDIDAM',
    performer_number: '104 233',
    email: 'elodie.garnier@demo.test',
    rate_cents: 24_000,
    rate_unit: 'half_day'
  },
  {
    name: 'Mathis Roussel',
    instruments: ['Batterie', 'Percussions'],
    roles: ['DrumKit', 'PercussionInstrument'],
    performer_society: 'SPEDIDAM',
    performer_number: '98 410',
    phone: '+33612457801',
    rate_cents: 38_000,
    rate_unit: 'day'
  },
  {
    name: 'Inès Barbier',
    instruments: ['Chant'],
    roles: ['BackgroundVocalist', 'LeadVocalist'],
    performer_society: 'ADAMI',
    performer_number: '55 020',
    rate_cents: 15_000,
    rate_unit: 'title'
  },
  {
    name: 'Théo Lefèvre',
    instruments: ['Contrebasse', 'Basse'],
    roles: ['DoubleBass', 'ElectricBassGuitar'],
    performer_society: 'SPEDIDAM',
    performer_number: '120 087',
    rate_cents: 32_000,
    rate_unit: 'day'
  },
  { name: 'Noémie Caron', instruments: ['Piano', 'Rhodes'], roles: ['Piano', 'Rhodes'], isni: '0000000516263996' },
  {
    name: 'Samir Belkacem',
    email: 'samir.belkacem@demo.test',
    stage_name: 'Sami Bel',
    instruments: ['Guitare'],
    roles: ['ElectricGuitar', 'AcousticGuitar', 'Composer'],
    society: 'SACEM',
    performer_society: 'ADAMI',
    performer_number: '61 774',
    ipi: '00451237870',
    isni: '000000051480017X',
    rate_cents: 35_000,
    rate_unit: 'day'
  },
  {
    name: 'Clara Vasseur',
    email: 'clara.vasseur@demo.test',
    instruments: ['Claviers', 'Synthétiseurs'],
    roles: ['Keyboard', 'Synthesizer', 'Programmer'],
    society: 'SACEM',
    ipi: '00523091483'
  },
  { name: 'Bastien Huet', instruments: ['Trompette', 'Bugle'], roles: ['Trumpet', 'Flugelhorn'] },
  { name: 'Aïssata Koné', instruments: ['Chant'], roles: ['LeadVocalist'], performer_society: 'ADAMI' },
  {
    name: 'Yann Le Bihan',
    instruments: ['Bombarde', 'Accordéon'],
    roles: ['Bombard', 'Accordion'],
    performer_society: 'SPEDIDAM'
  },
  {
    name: 'Nina Ravel',
    email: 'nina.ravel@demo.test',
    roles: ['Lyricist', 'ComposerLyricist'],
    society: 'SACEM',
    ipi: '00611420799',
    isni: '0000000515532082',
    note: 'Demande à relire les paroles avant impression.'
  },
  {
    name: 'Paul Marchand',
    email: 'paul.marchand@demo.test',
    roles: ['Composer', 'MusicArranger'],
    society: 'SACEM',
    ipi: '00723058658'
  },
  { name: 'Lucie Delmas', email: 'lucie.delmas@demo.test', roles: ['Lyricist'], society: 'SACEM', ipi: '00587441025' },
  { name: 'Hugo Pasquier', roles: ['StudioProducer', 'Programmer'], email: 'hugo.pasquier@demo.test' },
  { name: 'Mélanie Croix', roles: ['GraphicDesigner', 'Illustrator'] },
  { name: 'Arnaud Thévenet', roles: ['MasteringEngineer'], isni: '0000000518459722' }
]

/** Who plays on a title, by turns. */
export const bands: readonly (readonly [name: string, role: string, display?: string])[][] = [
  [
    ['Mathis Roussel', 'DrumKit'],
    ['Théo Lefèvre', 'ElectricBassGuitar'],
    ['Samir Belkacem', 'ElectricGuitar'],
    ['Clara Vasseur', 'Keyboard']
  ],
  [
    ['Mathis Roussel', 'DrumKit', 'Batterie, caisses à sel'],
    ['Théo Lefèvre', 'DoubleBass'],
    ['Noémie Caron', 'Piano'],
    ['Élodie Garnier', 'Violin'],
    ['Inès Barbier', 'BackgroundVocalist']
  ],
  [
    ['Samir Belkacem', 'AcousticGuitar'],
    ['Clara Vasseur', 'Synthesizer'],
    ['Bastien Huet', 'Trumpet']
  ],
  [
    ['Yann Le Bihan', 'Accordion'],
    ['Théo Lefèvre', 'DoubleBass'],
    ['Mathis Roussel', 'PercussionInstrument']
  ]
]

/** Who wrote it, with their shares in hundredths of a per cent. */
export const writers: readonly (readonly [name: string, role: string, share_bp: number, publisher?: string])[][] = [
  [
    ['Samir Belkacem', 'Composer', 5000, 'Éditions du Môle'],
    ['Nina Ravel', 'Lyricist', 5000]
  ],
  [['Nina Ravel', 'ComposerLyricist', 10_000]],
  [
    ['Paul Marchand', 'Composer', 3334],
    ['Clara Vasseur', 'Composer', 3333],
    ['Lucie Delmas', 'Lyricist', 3333, 'Estran Éditions']
  ]
]

/** Who writes what has no words. */
export const wordless: (typeof writers)[number] = [['Paul Marchand', 'Composer', 10_000]]

/** Ensembles of another kind: who plays with them, by what they are called. */
export const ensembles: readonly (readonly [
  called: RegExp,
  role: string,
  band: readonly (readonly [string, string])[]
])[] = [
  [
    /quatuor/i,
    'StringSection',
    [
      ['Élodie Garnier', 'Violin'],
      ['Théo Lefèvre', 'Cello']
    ]
  ],
  [/chœur|choeur/i, 'Choir', [['Noémie Caron', 'Organ']]],
  [
    /jazz|orchestra/i,
    'WindSection',
    [
      ['Bastien Huet', 'Trumpet'],
      ['Noémie Caron', 'Piano'],
      ['Théo Lefèvre', 'DoubleBass'],
      ['Mathis Roussel', 'DrumKit']
    ]
  ]
]
