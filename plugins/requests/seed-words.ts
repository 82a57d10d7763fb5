import type { RequestState } from './contract.ts'

export const intro = {
  intro_fr:
    'Trois cabines, un piano, un parc de micros entretenu et des gens qui écoutent. Prise, mixage, mastering, voix et podcast.\nÀ cinq minutes du métro, monte-charge pour les amplis.',
  intro_en:
    'Three rooms, a piano, microphones that are looked after and people who listen. Tracking, mixing, mastering, voice and podcast.\nFive minutes from the metro, a lift for the amps.'
}

export const houseRules = {
  rules_fr:
    'Annulation gratuite jusqu’à 48 h avant la séance ; ensuite l’acompte est gardé, et le jour même la séance est due.\nOn arrive à l’heure : l’installation compte dans le temps réservé.\nPas de boisson près de la console.',
  rules_en:
    'Calling off is free up to 48 h before the session; after that the deposit is kept, and on the day the session is due.\nCome on time: setting up is part of the time booked.\nNo drinks near the console.'
}

/** By a room's kind. */
export const roomTexts: Record<string, { text_fr: string; text_en: string }> = {
  live_room: {
    text_fr: 'Grande pièce de prise, lumière du jour, hauteur 4 m. Pour un groupe entier ou un quatuor.',
    text_en: 'Large live room, daylight, 4 m high. For a whole band or a quartet.'
  },
  cabine: {
    text_fr: 'Cabine traitée pour la voix et les instruments seuls, liaison vidéo avec la régie.',
    text_en: 'Treated booth for voice and solo instruments, video link to the control room.'
  },
  mixing: {
    text_fr: 'Écoute mesurée et corrigée, console analogique et rappel complet.',
    text_en: 'Measured and corrected monitoring, an analogue console and full recall.'
  },
  mastering: {
    text_fr: 'Chaîne de mastering, du stéréo au vinyle ; vous pouvez assister.',
    text_en: 'Mastering chain, from stereo to vinyl; you may attend.'
  }
}

interface Asked {
  state: RequestState
  days: number
  starts: string
  hours: number
  people: number | null
  engineer: boolean
  matched: 'email' | 'phone' | 'name' | 'new'
  /** What was asked; for what is answered, the answer. */
  message: string
}

export const asked: readonly Asked[] = [
  {
    state: 'new',
    days: 12,
    starts: '14:00',
    hours: 4,
    people: 4,
    engineer: true,
    matched: 'email',
    message: 'Deux titres en live, basse, batterie, guitare, voix. Nous venons avec nos cymbales.'
  },
  {
    state: 'new',
    days: 16,
    starts: '10:00',
    hours: 8,
    people: 2,
    engineer: true,
    matched: 'new',
    message: 'Peut-on venir installer une demi-heure avant ? Nous apportons le disque avec les sessions.'
  },
  {
    state: 'answered',
    days: 9,
    starts: '18:00',
    hours: 4,
    people: 3,
    engineer: false,
    matched: 'phone',
    message: 'Bonjour, c’est possible, nous vous appelons demain pour caler le matériel.'
  },
  {
    state: 'declined',
    days: 6,
    starts: '20:00',
    hours: 6,
    people: 9,
    engineer: false,
    matched: 'name',
    message: 'Nous n’avons pas d’équipe ce soir-là, désolés. Le samedi suivant est libre.'
  }
]
