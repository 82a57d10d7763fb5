import type { z } from 'zod'
import type { ClientForm } from './forms.ts'

type Input = z.input<typeof ClientForm>

const person = (
  name: string,
  artist_name: string,
  mail: string,
  phone: string,
  city: string,
  genres: string,
  instruments: string,
  tags = ''
): Input => ({
  kind: 'person',
  name,
  artist_name,
  email: mail && `${mail}@exemple.fr`,
  phone,
  city,
  genres,
  instruments,
  tags,
  collecting_society: instruments ? 'SACEM' : ''
})

/** Soloists and musicians. The numbers are from the range that the regulator keeps for films: they ring nowhere. */
export const people: Input[] = [
  person(
    'Nadia Ferrand',
    'Nadja F.',
    'nadia.ferrand',
    '06 39 98 10 01',
    'Pantin',
    'chanson, folk',
    'chant, guitare',
    'fidèle'
  ),
  person('Théo Lemaître', 'Théo L.', 'theo.lemaitre', '06 39 98 10 02', 'Paris', 'pop', 'chant, piano'),
  person(
    'Aïcha Benmoussa',
    'Aïsha',
    'aicha.benmoussa',
    '06 39 98 10 03',
    'Saint-Denis',
    'r&b, soul',
    'chant',
    'fidèle, label'
  ),
  person('Guénolé Le Bihan', 'Gwen', 'guenole', '06 39 98 10 04', 'Rennes', 'trad breton', 'cornemuse, bombarde'),
  person(
    'Zoé Courtemanche',
    'Zoé Minuit',
    'zoe.minuit',
    '06 39 98 10 05',
    'Montreuil',
    'électro',
    'chant, synthétiseurs',
    'fidèle'
  ),
  person('Moussa Diabaté', '', 'moussa.diabate', '06 39 98 10 06', 'Bagnolet', 'afro-jazz', 'kora', 'musicien'),
  person('Élodie Vasseur', 'Elvä', 'elodie.vasseur', '06 39 98 10 07', 'Lille', 'dream pop', 'chant, basse'),
  person(
    'Jean-Baptiste de La Rochefoucauld-Montbel',
    '',
    'jb.montbel',
    '06 39 98 10 08',
    'Versailles',
    'classique',
    'clavecin'
  ),
  person('Inès Haddad', 'INÈS', 'ines.haddad', '06 39 98 10 09', 'Marseille', 'rap', 'chant'),
  person('Côme Deschamps', 'Cosmo', 'come.deschamps', '06 39 98 10 10', 'Nantes', 'house', 'machines'),
  person('Fatoumata Camara', 'Fatou C.', 'fatou.camara', '06 39 98 10 11', 'Aubervilliers', 'gospel', 'chant', 'chœur'),
  person('Hugo Pastorelli', '', 'hugo.pastorelli', '06 39 98 10 12', 'Ajaccio', 'polyphonie', 'chant, cetera'),
  person(
    'Mathilde Ørsted',
    'Mathilde Ø',
    'mathilde.orsted',
    '06 39 98 10 13',
    'Paris',
    'néo-classique',
    'violoncelle',
    'musicien'
  ),
  person('Kevin N’Guessan', 'K-Guess', 'kevin.nguessan', '06 39 98 10 14', 'Évry', 'rap, trap', 'chant', 'à relancer'),
  person('Solène Quéméneur', 'Solène Q', 'solene.q', '06 39 98 10 15', 'Brest', 'chanson', 'chant, accordéon'),
  person(
    'Léonard Schuhmacher',
    '',
    'leo.schuhmacher',
    '06 39 98 10 16',
    'Strasbourg',
    'jazz',
    'contrebasse',
    'musicien'
  ),
  person('Anaïs Œuvrard', 'Œ', 'anais.oeuvrard', '06 39 98 10 17', 'Lyon', 'expérimental', 'thérémine'),
  person('Rachid Belkacem', 'Rachid B.', 'rachid.belkacem', '06 39 98 10 18', 'Vitry-sur-Seine', 'raï', 'chant, oud'),
  person('Clémence Dufresne', 'Clem', 'clem.dufresne', '06 39 98 10 19', 'Bordeaux', 'folk', 'chant, banjo'),
  person('Baptiste Morvan', '', 'baptiste.morvan', '06 39 98 10 20', 'Quimper', 'rock', 'batterie', 'musicien'),
  person('Yuna Takahashi', 'Yuna', 'yuna.takahashi', '06 39 98 10 21', 'Paris', 'city pop', 'chant, claviers'),
  person('Désirée Saint-Hilaire', 'Dési', 'desiree', '06 39 98 10 22', 'Fort-de-France', 'zouk', 'chant'),
  person('Sacha Mercier', 'Sacha M', 'sacha.mercier', '06 39 98 10 23', 'Paris', 'pop', 'guitare', 'musicien'),
  person('Louise Abadie', '', 'louise.abadie', '06 39 98 10 24', 'Toulouse', 'lyrique', 'soprano'),
  person('Mehdi Charef', 'DJ Charef', 'mehdi.charef', '06 39 98 10 25', 'Roubaix', 'électro', 'platines'),
  person('Irène Kowalczyk', 'Iren K', 'irene.k', '06 39 98 10 26', 'Lens', 'chanson', 'chant, piano', 'à relancer'),
  person('Paul-Émile Grandjean', '', 'pe.grandjean', '06 39 98 10 27', 'Dijon', 'livre audio', '', 'voix'),
  person('Marguerite Yvon', '', 'marguerite.yvon', '06 39 98 10 28', 'Paris', 'livre audio', '', 'voix'),
  person('Nathan Zerbib', 'Zerb', 'nathan.zerbib', '06 39 98 10 29', 'Créteil', 'rap', 'chant', 'fidèle'),
  person('Ambre Lacroix', 'Ambre', 'ambre.lacroix', '06 39 98 10 30', 'Grenoble', 'indie', 'chant, guitare')
]

/** Who, how many days ago, what. */
export const notes: [name: string, daysAgo: number, body: string][] = [
  ['Nadia Ferrand', 12, 'Préfère travailler l’après-midi. Casque fermé, peu de réverbération au retour.'],
  ['Nadia Ferrand', 190, 'Voix : U 47 à 25 cm, légère compression à la prise.'],
  ['Zoé Courtemanche', 30, 'Vient avec ses machines : prévoir 8 entrées ligne et deux tables.'],
  ['Les Frères Lumineux', 8, 'Deuxième EP prévu au printemps : 6 titres, 9 jours de prise.'],
  ['Disques Marronnier', 45, 'Facturer au nom de Marronnier Productions, bon de commande obligatoire.'],
  ['Kevin N’Guessan', 75, 'Option non confirmée deux fois. Demander un acompte.'],
  ['Quatuor Mélisande', 21, 'Accorder à 442. Pas de clic, chef de pupitre au casque seulement.'],
  ['Éditions du Murmure', 5, 'Livre de 9 h : compter 3 h de prise pour 1 h montée.'],
  ['Chœur Saint-Merri', 60, '32 choristes : grande cabine, praticables, chauffage une heure avant.'],
  ['Radio Belleville', 16, 'Quatre invités à l’antenne, jingle fourni en 48 kHz.'],
  ['Moussa Diabaté', 100, 'La kora s’accorde en 20 minutes : arriver plus tôt.'],
  ['Inès Haddad', 3, 'Veut réécouter les voix du 12 avant de mixer.']
]
