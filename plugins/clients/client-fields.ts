/** A client's fields, once: the form's, the columns', those of a file, in the order they are written in. */
export const singleFields = [
  'kind',
  'name',
  'artist_name',
  'email',
  'phone',
  'website',
  'language',
  'legal_name',
  'address',
  'postal_code',
  'city',
  'country',
  'siren',
  'vat_number',
  'collecting_society'
] as const

/** Those that hold several values. */
export const listFields = ['genres', 'instruments', 'links', 'tags'] as const

export const clientFieldNames = [...singleFields, ...listFields] as const
