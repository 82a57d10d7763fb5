import { clientFieldNames } from './client-fields.ts'
import { fold } from './words.ts'

/** The columns of a file of clients, in the order they are written in; any of them may be read. */
export const columnFields = [...clientFieldNames, 'note'] as const

/** What a column of a file can be read as: a field, half a name, or nothing. */
export const columnMeanings = ['', ...columnFields, 'first_name', 'last_name'] as const
export type ColumnMeaning = (typeof columnMeanings)[number]

/** What each head of a file probably means, in French and English; each meaning is given once. */
export function guessColumns(heads: readonly string[]): ColumnMeaning[] {
  const taken = new Set<ColumnMeaning>()
  const guessed = heads.map(head => {
    const meaning = known.get(bare(head)) ?? ''
    if (taken.has(meaning)) return ''
    if (meaning !== '') taken.add(meaning)
    return meaning
  })
  // `Nom` beside `Prénom` is the family name
  if (!taken.has('first_name') || taken.has('last_name')) return guessed
  return guessed.map(meaning => (meaning === 'name' ? 'last_name' : meaning))
}

const bare = (head: string) =>
  fold(head)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()

const words: Record<Exclude<ColumnMeaning, ''>, string> = {
  kind: 'type,genre de client,type de client,nature,kind,categorie',
  name: 'nom,nom complet,client,nom du client,raison sociale,name,full name,display name,contact,societe,company,entreprise,organisation,organization',
  first_name: 'prenom,first name,given name,firstname,forename',
  last_name: 'nom de famille,last name,family name,surname,lastname',
  artist_name:
    'nom d artiste,nom artiste,artiste,nom de scene,pseudonyme,pseudo,alias,artist name,artist,stage name,nickname,surnom',
  email:
    'adresse mail,mail,email,e mail,adresse email,adresse e mail,courriel,adresse electronique,email address,e mail address,e mail 1 value',
  phone:
    'telephone,tel,portable,mobile,telephone portable,telephone mobile,numero de telephone,phone,phone number,mobile phone,cell,gsm,phone 1 value',
  website: 'site,site web,site internet,website,web,url,web page',
  language: 'langue,language,lang',
  legal_name:
    'nom legal,denomination,raison sociale de facturation,nom de facturation,legal name,billing name,nom pour les factures',
  address: 'adresse,adresse postale,rue,voie,adresse 1,address,street,street address,address 1,billing address',
  postal_code: 'code postal,cp,zip,zip code,postal code,postcode',
  city: 'ville,commune,localite,city,town',
  country: 'pays,country,code pays,country code',
  siren: 'siren,numero siren,n siren,siret,company number',
  vat_number: 'numero de tva,n tva,tva,tva intracommunautaire,numero de tva intracommunautaire,vat,vat number,vat id',
  genres: 'genres,genre,genres musicaux,style,styles,genre musical,music genre',
  instruments: 'instruments,instrument',
  links: 'liens,lien,reseaux,reseaux sociaux,links,social,socials',
  collecting_society: 'societe de gestion,societe d auteurs,sacem,spa,collecting society,pro,cmo',
  tags: 'etiquettes,tags,etiquette,tag,groupes,mots cles,labels,categories',
  note: 'note,notes,commentaire,commentaires,remarque,remarques,comment,comments,memo'
}

const known = new Map<string, ColumnMeaning>(
  Object.entries(words).flatMap(([meaning, heads]) => heads.split(',').map(head => [head, meaning as ColumnMeaning]))
)
