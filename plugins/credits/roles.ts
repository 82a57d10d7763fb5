import type { Translate } from '@patchbay/core/i18n'

/*
 * The words of DDEX's allowed value sets that a studio needs, by the group they stand in on a sleeve: who is credited as
 * an artist, who sang, who played what, who produced, recorded and mixed, who wrote. Instruments are words of
 * `InstrumentType`, the others of `ContributorRole`. Their labels are the texts `credits.roles.<word>`.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

export const roleGroups = {
  artists: words('MainArtist FeaturedArtist'),
  voices: words('LeadVocalist Vocalist BackgroundVocalist Choir ChoirMember Soloist Narrator Speaker VoiceActor'),
  instruments: words(`
    Musician DrumKit DrumMachine PercussionInstrument Congas Bongos Cajon Djembe Tambourine Shaker Timpani
    Vibraphone Marimba Xylophone Glockenspiel HandClaps ElectricBassGuitar AcousticBassGuitar
    FretlessBassGuitar UprightBass DoubleBass SynthBass Guitar AcousticGuitar ElectricGuitar
    NylonStringGuitar PedalSteelGuitar LapSteelGuitar DobroGuitar BaritoneGuitar Banjo Mandolin Ukulele
    Bouzouki Oud Kora Sitar Lute Piano GrandPiano UprightPiano ElectricPiano Rhodes Clavinet Harpsichord
    Celesta Keyboard Synthesizer Mellotron Organ HammondOrgan PipeOrgan Accordion Bandoneon Violin Viola
    Cello Harp Fiddle HurdyGurdy StringSection StringInstrument Flute PiccoloFlute Recorder TinWhistle
    Clarinet BassClarinet Oboe EnglishHorn Bassoon Saxophone SopranoSaxophone AltoSaxophone TenorSaxophone
    BaritoneSaxophone Trumpet Cornet Flugelhorn Trombone BassTrombone FrenchHorn Tuba Euphonium
    BrassInstrument WindSection Harmonica Melodica Bagpipes Bombard Turntable SoundEffects OtherInstrument
  `),
  production: words(`
    StudioProducer CoProducer AdditionalStudioProducer ExecutiveProducer AssociateProducer AssistantProducer
    VocalProducer InitialProducer MusicDirector Conductor BandLeader ConcertMaster ChorusMaster
    MusicArranger VocalArranger Programmer Remixer SoundDesigner
  `),
  engineering: words(`
    RecordingEngineer RecordingSecondEngineer MixingEngineer MixingSecondEngineer MasteringEngineer
    MasteringSecondEngineer AssistantEngineer Engineer AdditionalEngineer TrackingEngineer OverdubEngineer
    VocalEngineer VocalEditingEngineer DigitalEditingEngineer RemixingEngineer ImmersiveMixingEngineer
    ImmersiveMasteringEngineer BalanceEngineer Tonmeister
  `),
  writers: words(`
    Composer Lyricist ComposerLyricist Author Arranger Adapter SubArranger SubLyricist Librettist Translator
    MusicPublisher OriginalPublisher SubPublisher
  `),
  others: words(`
    ArtDirector GraphicDesigner Illustrator Photographer AAndRCoordinator Contractor MusicCopyist
    ProductionCoordinator ProductionManager
  `)
}

export type RoleGroup = keyof typeof roleGroups

/** The groups in the order of a sleeve: artists first. */
export const groupOrder = Object.keys(roleGroups) as RoleGroup[]

const groups = new Map<string, RoleGroup>(
  groupOrder.flatMap(group => roleGroups[group].map(role => [role, group] as const))
)

/** All words, in the order of the groups. */
export const roleWords: readonly string[] = [...groups.keys()]

/** The group of a word; what is of no list stands with the others. */
export const groupOf = (role: string): RoleGroup => groups.get(role) ?? 'others'

/** Where a role stands among the others, for sorting. */
export const rankOf = (role: string): number => (roleRanks.get(role) ?? roleWords.length) + 1

const roleRanks = new Map(roleWords.map((role, rank) => [role, rank]))

/** Those who share what the writing earns, and what the recording earns. */
export const sharesOf = (kind: 'composition' | 'recording'): readonly string[] =>
  kind === 'composition'
    ? roleGroups.writers
    : [...roleGroups.artists, ...roleGroups.voices, ...roleGroups.instruments, ...roleGroups.production]

/** Do the words name somebody who performs: for attendance sheets and recording components? */
export const performs = (role: string): boolean => {
  const group = groupOf(role)
  return group === 'voices' || group === 'instruments' || group === 'artists'
}

/** What people write on the day, folded, where it is no label: in the words of the lists. */
const aliases: Record<string, string> = {
  basse: 'ElectricBassGuitar',
  bass: 'ElectricBassGuitar',
  'basse electrique': 'ElectricBassGuitar',
  'electric bass': 'ElectricBassGuitar',
  chant: 'Vocalist',
  voix: 'Vocalist',
  vocals: 'Vocalist',
  'lead vocals': 'LeadVocalist',
  'voix principale': 'LeadVocalist',
  choeur: 'BackgroundVocalist',
  choeurs: 'BackgroundVocalist',
  'backing vocals': 'BackgroundVocalist',
  'background vocals': 'BackgroundVocalist',
  drums: 'DrumKit',
  percus: 'PercussionInstrument',
  percussion: 'PercussionInstrument',
  percussions: 'PercussionInstrument',
  clavier: 'Keyboard',
  claviers: 'Keyboard',
  keys: 'Keyboard',
  synthe: 'Synthesizer',
  synth: 'Synthesizer',
  sax: 'Saxophone',
  guitares: 'Guitar',
  cordes: 'StringSection',
  cuivres: 'WindSection',
  contrebasse: 'DoubleBass',
  mixage: 'MixingEngineer',
  mix: 'MixingEngineer',
  mastering: 'MasteringEngineer',
  producer: 'StudioProducer',
  realisateur: 'StudioProducer',
  realisation: 'StudioProducer'
}

/** Without accents, case and more than one space: as words are compared. */
export const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'oe')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()

/** The word that a text stands for: itself, a label in one of these languages, or what people say; undefined when none. */
export function roleOfText(text: string, says: readonly Translate[]): string | undefined {
  const wanted = folded(text)
  if (!wanted) return undefined
  const named = roleWords.find(role => role.toLowerCase() === wanted)
  if (named) return named
  return aliases[wanted] ?? roleWords.find(role => says.some(say => folded(say(`credits.roles.${role}`)) === wanted))
}

/** Words whose label, or own spelling, has all the words of a text; those that begin with it first. At most `limit`. */
export function findRoles(text: string, say: Translate, limit = 12): string[] {
  const words = folded(text).split(' ').filter(Boolean)
  const wanted = words.join(' ')
  const known = aliases[wanted]
  const found = roleWords
    .map(role => ({ role, label: folded(say(`credits.roles.${role}`)) }))
    .filter(
      ({ role, label }) =>
        role === known || words.every(word => label.includes(word) || role.toLowerCase().includes(word))
    )
    .toSorted(
      (a, b) =>
        Number(b.role === known) - Number(a.role === known) ||
        Number(b.label.startsWith(wanted)) - Number(a.label.startsWith(wanted)) ||
        a.label.length - b.label.length ||
        rankOf(a.role) - rankOf(b.role)
    )
  return found.slice(0, limit).map(({ role }) => role)
}
