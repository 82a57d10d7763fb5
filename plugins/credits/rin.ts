import type { Played, Recorded } from './contract.ts'
import type { Credit, Project, Track } from './credit-queries.ts'
import type { Musician } from './musician-queries.ts'
import type { ProjectSession } from './proposal-queries.ts'
import { artistOf, partiesIn } from './rin-parties.ts'
import type { Parties } from './rin-parties.ts'
import { groupOf, performs } from './roles.ts'
import type { Share } from './split-queries.ts'
import { element, xmlDocument } from './xml.ts'
import type { Markup } from './xml.ts'

/*
 * Recording Information Notification 2.1 of DDEX: one message for one deliverable, that is one track. The order of the
 * elements is that of the schema. What implements the standard needs DDEX's licence: this export is marked as not certified.
 */

export const namespace = 'http://ddex.net/xml/rin/21'

export interface RinSource {
  /** When it is made; and what tells this message from all others. */
  created: Date
  message_id: string
  /** Who sends it: the studio, its address for the venue, its DDEX party number if it has one. */
  studio: { name: string; slug: string; dpid: string | null; address: string | null; country: string | null }
  language: 'fr' | 'en'
  project: Project
  track: Track
  credits: readonly Credit[]
  musicians: readonly Musician[]
  shares: readonly Share[]
  recording: Recorded | null
  sessions: readonly ProjectSession[]
  played: readonly Played[]
}

/** The message of a track as XML. */
export function rinMessage(source: RinSource): string {
  const parties = partiesIn(source)
  const components = componentsOf(source)
  return xmlDocument(
    element(
      'rin:RecordingInformationNotification',
      [
        header(source),
        parties.list,
        element('MusicalWorkList', work(source, parties)),
        element('ResourceList', recording(source, parties, components)),
        element(
          'RecordingComponentList',
          components.map((component, index) => componentElement(source, parties, component, index))
        ),
        element('ProjectList', projectElement(source, parties)),
        element(
          'SessionList',
          source.sessions.map((session, index) => sessionElement(source, parties, session, index, components))
        )
      ],
      {
        'xmlns:rin': namespace,
        SchemaVersionId: '2.1',
        AvsVersionId: '4',
        LanguageAndScriptCode: source.language
      }
    )
  )
}

function header({ created, message_id, studio, project }: RinSource): Markup | null {
  const party = studio.dpid
    ? element('PartyId', studio.dpid)
    : element('PartyId', studio.slug, { Namespace: 'patchbay' })
  const named = [party, element('PartyName', element('FullName', studio.name))]
  return element('MessageHeader', [
    element('MessageThreadId', `${studio.slug}-project-${project.id}`),
    element('MessageId', message_id),
    element('RinProcessor', 'Patchbay'),
    // spelled as in the schema
    element('RinProcessorVersionid', '1'),
    element('MessageSender', named),
    element('MessageRecipient', named),
    element('MessageCreatedDateTime', instant(created)),
    element('MessageControlType', 'LiveMessage')
  ])
}

/** The work that was recorded, with who wrote it and what share they have. */
function work({ track, credits, shares }: RinSource, parties: Parties): Markup | null {
  const written = shares.filter(({ kind }) => kind === 'composition')
  const writers = new Map<number, { roles: Set<string>; bp: number }>()
  const note = (id: number, role: string, bp: number) => {
    const known = writers.get(id) ?? { roles: new Set<string>(), bp: 0 }
    known.roles.add(role)
    known.bp += bp
    writers.set(id, known)
  }
  for (const { musician_id, role } of credits) if (groupOf(role) === 'writers') note(musician_id, role, 0)
  for (const { musician_id, role, share_bp } of written) note(musician_id, role, share_bp)
  const publishers = [...new Set(written.flatMap(({ publisher }) => publisher ?? []))]
  const contributors = [
    ...[...writers].map(([id, { roles, bp }]) => ({ party: parties.musician(id), roles: [...roles], bp })),
    ...publishers.map(name => ({ party: parties.named(name), roles: ['MusicPublisher'], bp: 0 }))
  ]
  return element('MusicalWork', [
    element('MusicalWorkId', element('ISWC', track.iswc)),
    element('MusicalWorkReference', 'W1'),
    element('Title', element('TitleText', track.title)),
    element('MusicalWorkType', 'OriginalMusicalWork'),
    ...contributors.map(({ party, roles, bp }, index) =>
      element(
        'Contributor',
        [
          element('MusicalWorkContributorReference', party),
          ...roles.map(role => element('Role', role)),
          bp > 0 ? element('RightSharePercentage', bp / 100) : null
        ],
        { SequenceNumber: index + 1 }
      )
    )
  ])
}

function recording(source: RinSource, parties: Parties, components: readonly Component[]): Markup | null {
  const { track, project, credits, recording: file, sessions } = source
  const p_line = track.p_line ?? project.p_line
  const artists = credits.filter(({ role }) => groupOf(role) === 'artists')
  const main = artists.filter(({ role }) => role === 'MainArtist')
  const artist = main.map(({ name, stage_name }) => stage_name ?? name).join(', ') || artistOf(project)
  const duration = file?.duration_ms ?? track.duration_ms
  return element('SoundRecording', [
    element('Type', 'MusicalWorkSoundRecording'),
    element('DisplayArtistName', artist, { IsDefault: 'true' }),
    ...(main.length > 0 ? main.map(({ musician_id }) => parties.musician(musician_id)) : [parties.artist]).map(
      (party, index) =>
        element('DisplayArtist', [element('PartyReference', party), element('ArtisticRole', 'Artist')], {
          SequenceNumber: index + 1
        })
    ),
    element('SoundRecordingId', element('ISRC', track.isrc)),
    element('ResourceReference', 'A1'),
    element('Title', [element('TitleText', track.title), element('SubTitle', track.version_title)]),
    ...track.languages.map(language => element('LanguageOfPerformance', language)),
    element('SequenceNumber', track.position),
    element('KeySignature', keyOf(track.key)),
    element('TimeSignature', track.time_signature),
    element('Tempo', track.bpm),
    element('Duration', duration === null ? null : isoDuration(duration)),
    element('PLine', [element('Year', yearOf(p_line)), element('PLineText', p_line)]),
    element('ParentalWarningType', track.explicit ? 'Explicit' : 'NotExplicit'),
    element('SoundRecordingMusicalWorkReference', 'W1'),
    ...contributorsOf(source, parties, 'ContributorPartyReference'),
    element('SoundRecordingProjectReference', 'J1'),
    ...sessions.map((_, index) => element('SoundRecordingSessionReference', `O${index + 1}`)),
    ...components.map((_, index) => element('SoundRecordingRecordingComponentReference', `K${index + 1}`)),
    element('AudioChannelConfiguration', file?.channels === 1 ? 'Mono' : file?.channels === 2 ? 'Stereo' : null)
  ])
}

/** Who made the recording, each once with all they did: those who wrote it stand with the work. */
function contributorsOf({ credits }: RinSource, parties: Parties, reference: string): (Markup | null)[] {
  const by = Map.groupBy(
    credits.filter(({ role }) => groupOf(role) !== 'writers'),
    ({ musician_id }) => musician_id
  )
  return [...by].map(([id, own], index) => {
    const displays = own.flatMap(({ display }) => display ?? [])
    return element(
      'Contributor',
      [
        element(reference, parties.musician(id)),
        ...[...new Set(own.map(({ role }) => roleOf(role)))].map(role => element('Role', role)),
        ...own.flatMap(({ role }) => instrumentOf(role) ?? []).map(word => element('InstrumentType', word)),
        ...displays.map(text => element('DisplayCredits', element('DisplayCreditText', text))),
        own.some(({ role }) => role === 'FeaturedArtist') ? element('HasMadeFeaturedContribution', true) : null
      ],
      { SequenceNumber: index + 1 }
    )
  })
}

/** What was recorded one by one, as far as credits say it: a part for each performance. */
interface Component {
  title: string
  credit: Credit | null
}

function componentsOf({ credits, track }: RinSource): Component[] {
  const parts = credits.filter(({ role }) => performs(role) && groupOf(role) !== 'artists')
  if (parts.length === 0) return [{ title: track.title, credit: null }]
  return parts.map(credit => ({ title: `${track.title} – ${credit.display ?? credit.role}`, credit }))
}

function componentElement(
  { track }: RinSource,
  parties: Parties,
  { title, credit }: Component,
  index: number
): Markup | null {
  return element('RecordingComponent', [
    element('RecordingComponentReference', `K${index + 1}`),
    element('SequenceNumber', index + 1),
    element('Title', title || track.title),
    credit === null
      ? null
      : element(
          'Contributor',
          [
            element('RecordingComponentContributorReference', parties.musician(credit.musician_id)),
            element('Role', roleOf(credit.role)),
            element('InstrumentType', instrumentOf(credit.role) ?? null)
          ],
          { SequenceNumber: 1 }
        )
  ])
}

function projectElement({ project, studio }: RinSource, parties: Parties): Markup | null {
  const known = { UPC: project.upc, CatalogueNumber: project.catalogue_number }
  return element('Project', [
    element('ProjectId', [
      element('ProprietaryId', String(project.id), { Namespace: `patchbay:${studio.slug}` }),
      ...Object.entries(known).map(([space, id]) => element('ProprietaryId', id, { Namespace: space }))
    ]),
    element('ProjectReference', 'J1'),
    element('ProjectArtist', artistOf(project)),
    element('ProjectName', project.title),
    parties.label === null ? null : element('ProjectLabelReference', parties.label)
  ])
}

function sessionElement(
  { studio, recording: file, played }: RinSource,
  parties: Parties,
  session: ProjectSession,
  index: number,
  components: readonly Component[]
): Markup | null {
  const there = played.filter(({ session_id }) => session_id === session.id)
  const kinds: Record<string, string> = { mixing: 'Mixing', mastering: 'Mastering' }
  return element('Session', [
    element('SessionReference', `O${index + 1}`),
    element('SessionType', kinds[session.room_kind] ?? 'Recording'),
    element('StartDateTime', instant(session.starts_at)),
    element('EndDateTime', instant(session.ends_at)),
    element('Venue', [
      element('VenueName', studio.name),
      element('VenueAddress', studio.address),
      element('TerritoryCode', studio.country),
      element('VenueRoom', session.room)
    ]),
    element('BitDepth', file?.bit_depth ?? null),
    element('SamplingRate', file?.sample_rate ? file.sample_rate / 1000 : null),
    ...there.map(({ name }, place) =>
      element(
        'Contributor',
        [element('SessionContributorReference', parties.named(name)), element('Role', 'Musician')],
        {
          SequenceNumber: place + 1
        }
      )
    ),
    element('SessionProjectReference', 'J1'),
    element('SessionSoundRecordingReference', 'A1'),
    ...components.map((_, place) => element('SessionRecordingComponentReference', `K${place + 1}`))
  ])
}

/** Instruments are played by musicians; main and featured artists are artists. */
const roleOf = (role: string): string => {
  const group = groupOf(role)
  return group === 'instruments' ? 'Musician' : group === 'artists' ? 'Artist' : role
}

const instrumentOf = (role: string): string | undefined =>
  groupOf(role) === 'instruments' && role !== 'Musician' ? role : undefined

const instant = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z')

const yearOf = (line: string | null): string | null => /\b(?:19|20)\d\d\b/.exec(line ?? '')?.[0] ?? null

/** `F#m` as `F# minor`. */
const keyOf = (key: string | null): string | null =>
  key === null ? null : `${key.replace(/m$/, '')} ${key.endsWith('m') ? 'minor' : 'major'}`

/** Milliseconds as ISO 8601 writes them: `PT3M20S`. */
export function isoDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return `PT${h > 0 ? `${h}H` : ''}${h + m > 0 ? `${m}M` : ''}${s}S`
}
