import type { Project } from './credit-queries.ts'
import { folded } from './roles.ts'
import type { RinSource } from './rin.ts'
import { element } from './xml.ts'
import type { Markup } from './xml.ts'

/** The parties of a message, and what they are referred to by: `P1`, `P2`… */
export interface Parties {
  list: Markup | null
  musician: (id: number) => string
  /** Somebody who is known by name only; a musician of that name if there is one. */
  named: (name: string) => string
  /** Whose record it is. */
  artist: string
  label: string | null
}

interface Party {
  name: string
  ids: Markup | null
  organization: boolean
}

/** Everybody a message names: those who are credited or share, who played, publishers, the label, the artist. */
export function partiesIn({ credits, musicians, shares, played, project, studio }: RinSource): Parties {
  const all: Party[] = []
  const byMusician = new Map<number, string>()
  const byName = new Map<string, string>()
  const add = (party: Party): string => {
    all.push(party)
    const reference = `P${all.length}`
    if (!byName.has(folded(party.name))) byName.set(folded(party.name), reference)
    return reference
  }
  const named = (name: string, organization = false): string =>
    byName.get(folded(name)) ?? add({ name, ids: idsOf({ key: folded(name) }, studio.slug), organization })
  const meant = new Set([...credits, ...shares].map(({ musician_id }) => musician_id))
  for (const one of musicians.filter(({ id }) => meant.has(id))) {
    const reference = add({
      name: one.name,
      ids: idsOf({ ...one, key: String(one.id) }, studio.slug),
      organization: false
    })
    byMusician.set(one.id, reference)
    if (one.stage_name && !byName.has(folded(one.stage_name))) byName.set(folded(one.stage_name), reference)
  }
  for (const { name } of played) named(name)
  for (const { publisher } of shares) if (publisher) named(publisher, true)
  const artist = named(artistOf(project))
  const label = project.label === null ? null : named(project.label, true)
  return {
    list: element(
      'PartyList',
      all.map(({ name, ids, organization }, index) =>
        element('Party', [
          ids,
          element('PartyReference', `P${index + 1}`),
          element('PartyName', element('FullName', name.trim() || '–')),
          element('IsOrganization', organization)
        ])
      )
    ),
    musician: id => byMusician.get(id) ?? artist,
    named: name => byName.get(folded(name)) ?? artist,
    artist,
    label
  }
}

/** Their numbers in the order of the schema; at least our own, for a party has one. */
function idsOf(
  { isni, ipi, ipn, key }: { isni?: string | null; ipi?: string | null; ipn?: string | null; key: string },
  slug: string
): Markup | null {
  return element('PartyId', [
    element('ISNI', isni ?? null),
    element('IpiNameNumber', ipi ?? null),
    element('IPN', ipn ?? null),
    element('ProprietaryId', key || 'unnamed', { Namespace: `patchbay:${slug}` })
  ])
}

/** Whose record it is: the artist of the project, else its client, else its title. */
export const artistOf = ({ artist, client_name, title }: Project): string => artist ?? client_name ?? title
