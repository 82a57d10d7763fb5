/** What the demo's reports say. */
export const titles = [
  'Nuit blanche',
  'Les Marées',
  'Paper Boats',
  'À contre-jour',
  'Rue de la Soif',
  'Second souffle',
  'Hôtel du Nord',
  'Ciel de traîne'
]

export const musicians = [
  { name: 'Élodie Garnier', instrument: 'Violon', role: 'musician', society: 'SPEDIDAM', society_number: '104 233' },
  { name: 'Mathis Roussel', instrument: 'Batterie', role: 'musician', society: 'SPEDIDAM', society_number: '98 410' },
  { name: 'Inès Barbier', instrument: 'Chœurs', role: 'chorister', society: 'ADAMI', society_number: '55 020' },
  { name: 'Théo Lefèvre', instrument: 'Contrebasse', role: 'musician', society: 'SPEDIDAM', society_number: '120 087' },
  { name: 'Noémie Caron', instrument: 'Piano', role: 'soloist', society: null, society_number: null }
]

export const supplies = [
  { kind: 'consumable', label: 'Jeu de cordes guitare', quantity: 1, unit_cents: 1490, vat_rate: 2000 },
  { kind: 'third_party', label: 'Location ampli Vox AC30', quantity: 1, unit_cents: 6500, vat_rate: 2000 },
  { kind: 'consumable', label: 'Bande ½ pouce', quantity: 2, unit_cents: 8900, vat_rate: 2000 },
  { kind: 'third_party', label: 'Accord du piano', quantity: 1, unit_cents: 12000, vat_rate: 2000 }
]

export const notes = [
  'Voix principale doublée, garder la prise 3 pour le refrain.',
  'Caisse claire changée à mi-parcours, prévoir une passe d’édition.',
  null,
  'Micros en place pour demain matin, ne pas toucher aux préamplis.'
]
