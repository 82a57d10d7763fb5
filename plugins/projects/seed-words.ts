import type { ProjectKind, ProjectStatus } from './contract.ts'
import type { ProjectRole } from './forms.ts'

/** A project of the demo. Days are counted from today; `done` are how many of its tasks are. */
export interface Planned {
  title: string
  kind: ProjectKind
  client: string | null
  artist: string | null
  label?: string
  catalogue_number?: string
  status: ProjectStatus
  starts: number
  due: number | null
  released?: number
  budget?: [euros: number, hours: number]
  rounds?: number
  template?: 'album' | 'single'
  team: [person: number, role: ProjectRole][]
  notes?: string[]
  tasks?: [title: string, days: number | null, person: number | null, done: boolean][]
}

export const planned: readonly Planned[] = [
  {
    title: 'Marées basses',
    kind: 'album',
    client: 'Brume Électrique',
    artist: 'Brume Électrique',
    label: 'Estran Disques',
    catalogue_number: 'EST-041',
    status: 'mixing',
    starts: -96,
    due: 18,
    released: 70,
    budget: [9800, 160],
    rounds: 3,
    template: 'album',
    team: [
      [0, 'producer'],
      [1, 'recording'],
      [2, 'mixing']
    ],
    notes: [
      'Références d’Élodie : batterie sèche, basse devant, voix au ras du micro. Pas de reverb longue sur « Sillage ».',
      'Les prises de guitare du 2e jour sont les bonnes ; garder celles du premier pour les doublages.'
    ]
  },
  {
    title: 'Contre-jour',
    kind: 'ep',
    client: 'Nadja F.',
    artist: 'Nadja F.',
    status: 'recording',
    starts: -24,
    due: 46,
    budget: [4200, 70],
    team: [
      [1, 'recording'],
      [0, 'producer']
    ],
    notes: ['Nadia préfère chanter après 16 h. Prévoir le U 67 et le pied lourd.'],
    tasks: [
      ['Réserver le piano accordé pour les voix', 3, 1, false],
      ['Éditer les batteries', -2, 2, false],
      ['Envoyer les maquettes annotées', -10, 0, true]
    ]
  },
  {
    title: 'Minuit passé',
    kind: 'single',
    client: 'Zoé Minuit',
    artist: 'Zoé Minuit',
    status: 'mastering',
    starts: -38,
    due: 4,
    released: 25,
    budget: [1300, 22],
    template: 'single',
    team: [
      [2, 'mixing'],
      [3, 'mastering']
    ]
  },
  {
    title: 'La digue (bande originale)',
    kind: 'soundtrack',
    client: null,
    artist: 'Côme Deschamps',
    status: 'editing',
    starts: -52,
    due: -3,
    budget: [6500, 95],
    team: [
      [0, 'manager'],
      [1, 'editing']
    ],
    notes: ['Le monteur image livre la dernière version vendredi. Repères au format 25 images par seconde.'],
    tasks: [
      ['Recaler le 4M2 sur le nouveau montage', -1, 1, false],
      ['Exporter les groupes pour le mixeur film', 2, 2, false],
      ['Feuille de présence des cordes', -12, 3, true]
    ]
  },
  {
    title: 'Grand large',
    kind: 'album',
    client: 'Kreiz Noz',
    artist: 'Kreiz Noz',
    label: 'Avel Vor',
    catalogue_number: 'AV 112',
    status: 'planned',
    starts: 20,
    due: 120,
    budget: [11_500, 190],
    rounds: 2,
    template: 'album',
    team: [[0, 'producer']]
  },
  {
    title: 'Les heures creuses',
    kind: 'album',
    client: 'Dernier Métro',
    artist: 'Dernier Métro',
    status: 'delivered',
    starts: -170,
    due: -20,
    released: 12,
    budget: [8900, 150],
    team: [
      [1, 'recording'],
      [2, 'mixing'],
      [3, 'mastering']
    ],
    tasks: [
      ['Livrer les DDP et les WAV 24/96', -21, 3, true],
      ['Archiver la session sur les deux disques', -15, 1, true]
    ]
  },
  {
    title: 'Voix de quai, saison 2',
    kind: 'podcast',
    client: null,
    artist: 'Voix de quai',
    status: 'recording',
    starts: -30,
    due: 30,
    budget: [2400, 40],
    rounds: 1,
    team: [
      [3, 'recording'],
      [1, 'editing']
    ],
    tasks: [
      ['Monter l’épisode 3', 2, 1, false],
      ['Relancer l’invité de l’épisode 5', 1, 3, false]
    ]
  },
  {
    title: 'Quatuor à cordes nº 2',
    kind: 'live',
    client: 'Quatuor Mélisande',
    artist: 'Quatuor Mélisande',
    status: 'mixing',
    starts: -14,
    due: 9,
    budget: [2100, 30],
    team: [[2, 'mixing']],
    notes: ['Garder les respirations entre les mouvements. Livrer aussi en 5.1.']
  },
  {
    title: 'Paloma',
    kind: 'single',
    client: 'Tambours du Mali',
    artist: 'Moussa Diabaté & Tambours du Mali',
    status: 'mixing',
    starts: -12,
    due: -1,
    budget: [1500, 24],
    template: 'single',
    team: [[1, 'mixing']]
  },
  {
    title: 'Campagne Métropole à vélo',
    kind: 'advertising',
    client: 'Vélodrome',
    artist: null,
    status: 'planned',
    starts: 3,
    due: 11,
    budget: [1900, 16],
    rounds: 1,
    team: [[0, 'manager']],
    tasks: [['Recevoir le film à 25 images par seconde', 2, 0, false]]
  },
  {
    title: 'Équinoxe',
    kind: 'ep',
    client: 'Soleil Noir & les Ombres',
    artist: 'Soleil Noir & les Ombres',
    status: 'recording',
    starts: -8,
    due: 60,
    team: [[1, 'recording']]
  },
  {
    title: 'Le dernier projectionniste',
    kind: 'audiobook',
    client: null,
    artist: 'lu par Anaïs Œuvrard',
    status: 'editing',
    starts: -21,
    due: 15,
    budget: [3200, 60],
    rounds: 1,
    team: [[3, 'editing']],
    tasks: [
      ['Reprises du chapitre 7', 5, 3, false],
      ['Nettoyer les bruits de bouche', 8, null, false]
    ]
  },
  {
    title: 'Basement Sessions',
    kind: 'live',
    client: 'The Paris Basement Jazz Orchestra',
    artist: 'The Paris Basement Jazz Orchestra',
    status: 'delivered',
    starts: -110,
    due: -45,
    released: -10,
    budget: [3800, 50],
    team: [
      [1, 'recording'],
      [2, 'mixing']
    ]
  },
  {
    title: 'Sel et poussière',
    kind: 'album',
    client: 'Chœur Saint-Merri',
    artist: 'Chœur Saint-Merri',
    status: 'archived',
    starts: -178,
    due: -90,
    released: -60,
    team: [[2, 'mixing']]
  }
]

export const templates = {
  album: {
    name: 'Album, de la maquette au master',
    kind: 'album' as const,
    rounds_included: 3,
    sheet: { rate: 96_000, depth: 24 as const, format: 'wav' as const, lufs: -14, true_peak: -1 },
    tasks: [
      { title: 'Écouter les maquettes avec le groupe', days: 0 },
      { title: 'Bloquer les séances de prise', days: 5 },
      { title: 'Vérifier le parc de micros et le patch', days: 12 },
      { title: 'Éditer les prises', days: 45 },
      { title: 'Envoyer les premiers mixages', days: 65 },
      { title: 'Demander les ISRC', days: 80 },
      { title: 'Faire confirmer les crédits', days: 85 },
      { title: 'Livrer les masters', days: 100 }
    ],
    track_titles: []
  },
  single: {
    name: 'Single',
    kind: 'single' as const,
    rounds_included: 2,
    sheet: { rate: 48_000, depth: 24 as const, format: 'wav' as const, lufs: -14, true_peak: -1 },
    tasks: [
      { title: 'Écouter la maquette', days: 0 },
      { title: 'Envoyer le premier mixage', days: 20 },
      { title: 'Radio edit et version instrumentale', days: 28 },
      { title: 'Livrer le master', days: 35 }
    ],
    track_titles: []
  }
}
