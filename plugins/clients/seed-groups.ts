import type { z } from 'zod'
import type { ClientForm } from './forms.ts'

type Input = z.input<typeof ClientForm>

const band = (name: string, city: string, genres: string, mail: string, members: [string, string][], tags = '') => ({
  band: {
    kind: 'band',
    name,
    city,
    genres,
    email: `${mail}@exemple.fr`,
    tags,
    links: `https://${mail}.exemple.fr`
  } satisfies Input,
  members
})

/** Bands; members who are clients themselves are linked by their name. */
export const bands: { band: Input; members: [name: string, role: string][] }[] = [
  band(
    'Les Frères Lumineux',
    'Paris',
    'pop',
    'lumineux',
    [
      ['Sacha Mercier', 'guitare'],
      ['Baptiste Morvan', 'batterie'],
      ['Oscar Lumineau', 'chant']
    ],
    'fidèle'
  ),
  band('Brume Électrique', 'Nantes', 'post-rock', 'brume', [
    ['Élodie Vasseur', 'basse'],
    ['Maël Riou', 'guitare']
  ]),
  band(
    'Orchestre de poche',
    'Pantin',
    'chanson, swing',
    'orchestredepoche',
    [
      ['Nadia Ferrand', 'chant'],
      ['Léonard Schuhmacher', 'contrebasse'],
      ['Moussa Diabaté', 'kora']
    ],
    'fidèle'
  ),
  band('Nuit Blanche à Pantin', 'Pantin', 'électro', 'nuitblanche', [
    ['Zoé Courtemanche', 'machines'],
    ['Mehdi Charef', 'platines']
  ]),
  band('La Fanfare du Canal', 'Paris', 'fanfare', 'fanfare', [
    ['Yvette Roussel', 'tuba'],
    ['Ali Mansour', 'trompette']
  ]),
  band('Kreiz Noz', 'Rennes', 'trad breton', 'kreiznoz', [
    ['Guénolé Le Bihan', 'bombarde'],
    ['Solène Quéméneur', 'accordéon']
  ]),
  band('Quatuor Mélisande', 'Versailles', 'classique', 'melisande', [
    ['Mathilde Ørsted', 'violoncelle'],
    ['Claire d’Aubigny', 'premier violon']
  ]),
  band(
    'SUPER! Tempête',
    'Lille',
    'punk',
    'supertempete',
    [
      ['Juju', 'chant'],
      ['Max Delattre', 'batterie']
    ],
    'à relancer'
  ),
  band('Chœur Saint-Merri', 'Paris', 'choral', 'choeur', [['Fatoumata Camara', 'cheffe de chœur']], 'chœur'),
  band('Soleil Noir & les Ombres', 'Marseille', 'rock', 'soleilnoir', [
    ['Inès Haddad', 'chant'],
    ['Karim Soleil', 'guitare']
  ]),
  band('The Paris Basement Jazz Orchestra', 'Paris', 'jazz', 'basement', [
    ['Léonard Schuhmacher', 'contrebasse'],
    ['Thomas Whitfield', 'direction']
  ]),
  band('Dernier Métro', 'Montreuil', 'chanson', 'derniermetro', [
    ['Théo Lemaître', 'chant'],
    ['Ambre Lacroix', 'guitare']
  ]),
  band('Tambours du Mali', 'Bagnolet', 'percussions', 'tambours', [['Moussa Diabaté', 'kora']]),
  band('Vélodrome', 'Roubaix', 'synthwave', 'velodrome', [['Côme Deschamps', 'machines']]),
  band(
    'Les Petites Mains',
    'Lyon',
    'jeune public',
    'petitesmains',
    [
      ['Clémence Dufresne', 'chant'],
      ['Anaïs Œuvrard', 'thérémine']
    ],
    'jeune public'
  )
]

const company = (
  kind: 'label' | 'company',
  name: string,
  legal_name: string,
  siren: string,
  address: string,
  postal_code: string,
  city: string,
  contacts: [string, string, string][],
  tags = ''
) => ({ company: { kind, name, legal_name, siren, address, postal_code, city, tags } satisfies Input, contacts })

/** Labels and companies; the company numbers are made up, with a right check digit. */
export const companies: { company: Input; contacts: [name: string, role: string, email: string][] }[] = [
  company(
    'label',
    'Disques Marronnier',
    'Marronnier Productions SARL',
    '732829320',
    '12 rue des Récollets',
    '75010',
    'Paris',
    [
      ['Hélène Marron', 'direction artistique', 'helene@marronnier.exemple.fr'],
      ['Bruno Tavares', 'comptabilité', 'compta@marronnier.exemple.fr']
    ],
    'fidèle, label'
  ),
  company(
    'label',
    'Côte Sauvage Records',
    'Côte Sauvage SAS',
    '552100554',
    '3 quai de la Fosse',
    '44000',
    'Nantes',
    [['Erwan Tanguy', 'fondateur', 'erwan@cotesauvage.exemple.fr']],
    'label'
  ),
  company(
    'label',
    'Petit Jour',
    'Petit Jour Musique',
    '',
    '48 rue Oberkampf',
    '75011',
    'Paris',
    [['Capucine Ney', 'projets', 'capucine@petitjour.exemple.fr']],
    'label'
  ),
  company(
    'label',
    'Basalte',
    'Éditions Basalte SAS',
    '443061841',
    '7 place des Carmes',
    '63000',
    'Clermont-Ferrand',
    [['Raphaël Vidal', 'direction', 'raphael@basalte.exemple.fr']],
    'label'
  ),
  company(
    'label',
    'Onde Courte',
    'Onde Courte',
    '',
    '21 rue Léon',
    '75018',
    'Paris',
    [['Salomé Attal', 'label manager', 'salome@ondecourte.exemple.fr']],
    'label'
  ),
  company(
    'company',
    'Agence Cinq à Sept',
    'Cinq à Sept SAS',
    '542065479',
    '5 rue de Sèvres',
    '75006',
    'Paris',
    [['Victor Hélias', 'production publicitaire', 'victor@cinqasept.exemple.fr']],
    'publicité'
  ),
  company(
    'company',
    'Radio Belleville',
    'Association Radio Belleville',
    '',
    '15 rue Piat',
    '75020',
    'Paris',
    [['Oumou Sy', 'programmes', 'oumou@radiobelleville.exemple.fr']],
    'podcast'
  ),
  company(
    'company',
    'Éditions du Murmure',
    'Le Murmure SARL',
    '',
    '9 rue Daguerre',
    '75014',
    'Paris',
    [['Agnès Prévost', 'livres audio', 'agnes@murmure.exemple.fr']],
    'voix'
  ),
  company('company', 'Théâtre de l’Écluse', 'Théâtre de l’Écluse', '', '2 quai de la Marne', '93500', 'Pantin', [
    ['Simon Barrault', 'régie son', 'simon@ecluse.exemple.fr']
  ]),
  company(
    'company',
    'Ludique Studio',
    'Ludique Interactive SAS',
    '',
    '30 cours de l’Yser',
    '33800',
    'Bordeaux',
    [['Emma Roy', 'audio du jeu', 'emma@ludique.exemple.fr']],
    'jeu vidéo'
  ),
  company('company', 'Mairie de Pantin', 'Commune de Pantin', '', '84 avenue du Général-Leclerc', '93500', 'Pantin', [
    ['Service culture', 'action culturelle', 'culture@pantin.exemple.fr']
  ]),
  company(
    'company',
    'Podcastable',
    'Podcastable SAS',
    '',
    '40 rue du Colisée',
    '75008',
    'Paris',
    [['Lou Fabre', 'production', 'lou@podcastable.exemple.fr']],
    'podcast'
  ),
  company('company', 'Conservatoire du 19e', 'Ville de Paris', '', '81 rue Armand-Carrel', '75019', 'Paris', [
    ['Michel Anquetil', 'musiques actuelles', 'michel@conservatoire.exemple.fr']
  ]),
  company(
    'company',
    'Films de la Butte',
    'Les Films de la Butte SARL',
    '',
    '6 rue Lepic',
    '75018',
    'Paris',
    [['Garance Weil', 'postproduction', 'garance@butte.exemple.fr']],
    'cinéma'
  ),
  company('company', 'Sonothèque Nord', 'Sonothèque Nord', '', '18 rue de Béthune', '59000', 'Lille', [
    ['Arthur Deswarte', 'archives', 'arthur@sonotheque.exemple.fr']
  ])
]
