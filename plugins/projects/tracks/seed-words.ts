import type { Technical } from './queries.ts'

/** Titles as they stand on French records; each project takes its own run of them. */
export const songTitles = [
  'Marées basses',
  'Grand large',
  'Les heures creuses',
  'Sillage',
  'Porte des sables',
  'Minuit passé',
  'La digue',
  'Contre-jour',
  'Dernier tram',
  'Sel et poussière',
  'Rue des Tanneurs',
  'Avant la pluie',
  'Les phares',
  'Mille neuf cents',
  'Estran',
  'Quai numéro 3',
  'Le temps qu’il fait',
  'Équinoxe',
  'Paloma',
  'Tout au bord',
  'Vent debout',
  'Chambre 12',
  'La fugue',
  'Solstice',
  'Bord de scène',
  'Ciel de traîne',
  'Les voisins du dessus',
  'Carrousel',
  'Plein phare',
  'Six heures moins le quart',
  'La clef des champs',
  'Oublier Brest',
  'Sous les tilleuls',
  'Passe-muraille',
  'Un dimanche',
  'Ligne 9',
  'Le bruit des autres',
  'Fond de cale',
  'Nuit américaine',
  'Des nouvelles du front de mer',
  'Presque rien',
  'Tambour battant',
  'Gare de triage',
  'L’orage est loin',
  'Petite reine',
  'Gris souris',
  'Nos lendemains',
  'À la dérobée',
  'Terminus',
  'Boussole',
  'Rendez-vous manqué',
  'Les mains froides',
  'Août',
  'Ce qui reste'
] as const

export const episodeTitles = [
  'L’atelier de lutherie',
  'Une nuit au marché de gros',
  'Les cloches du beffroi',
  'Ce que dit la rivière',
  'Le dernier projectionniste',
  'Voix de quai'
] as const

export const cueTitles = [
  'Générique',
  'L’arrivée au phare',
  'La lettre',
  'Poursuite',
  'Le bal',
  'Retour au port'
] as const

export const lyrics = `La mer a repris nos empreintes
On marchait sans se parler
Les bateaux rentraient sous la pluie
Et toi tu comptais les lumières

Marées basses, marées hautes
Rien ne dure et rien ne part
On se doit encore une danse
Avant le prochain départ`

export const technical: Technical = {
  mics: 'Voix : Neumann U 87 Ai\nGrosse caisse : AKG D112, Sub Kick\nOverheads : 2 × Coles 4038\nGuitare : Royer R-121 + SM57',
  patch: 'Voix : Neve 1073 → 1176 → piste 1\nOverheads : API 312 → pistes 9-10\nRetour effets : plaque EMT sur bus 3-4',
  plug_ins: 'FabFilter Pro-Q 3, UAD LA-2A, Soundtoys EchoBoy, Valhalla VintageVerb',
  notes: 'Pont rejoué à la prise 4. Le tempo monte de 2 BPM au dernier refrain, carte de tempo dans la session.'
}

export const keys = ['Am', 'D', 'F#m', 'Bb', 'Em', 'C', 'Gm', 'A'] as const

export const movements = ['I. Allegro moderato', 'II. Andante', 'III. Scherzo', 'IV. Finale: vivace'] as const
