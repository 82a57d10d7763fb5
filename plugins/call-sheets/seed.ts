import type { Seeding } from '@patchbay/core'
import { addRecall } from './recall-queries.ts'
import { addSendings } from './sending-queries.ts'
import { saveSheet } from './queries.ts'

/** Where the demo studio is, sheets for its next sessions, and how the last ones were set. */
export async function seed({ db, people, did }: Seeding): Promise<void> {
  await db('plugins')
    .insert({ id: 'call-sheets', settings: JSON.stringify(studio) })
    .onConflict('id')
    .merge(['settings'])
  const next = await sessions('>', 'asc', 12)
  for (const [index, session] of next.entries()) {
    const content = contents[index % contents.length]
    if (!content || index % 4 === 3) continue
    await saveSheet(db, session.id, content, null)
    const by = people[index % people.length]?.id ?? null
    did('call-sheets.change', session.created_at, { session: session.id, client: session.client_id }, by)
    if (index % 3 !== 0 || !session.email) continue
    const one = { kind: 'client', name: session.name, email: session.email, locale: 'fr', message: null } as const
    await addSendings(db, { ...session, version: 1 }, [one], by)
  }
  for (const [index, { id, room_id, ends_at }] of (await sessions('<', 'desc', 20)).entries()) {
    if (index % 2) continue
    for (const [unit, settings] of recalls.slice(index % 3, (index % 3) + 3)) {
      const note = await addRecall(
        db,
        { session_id: id, room_id, unit, settings, photo_id: null },
        people[0]?.id ?? null
      )
      await db('recall_notes').where({ id: note }).update({ created_at: ends_at })
    }
  }

  function sessions(side: '<' | '>', order: 'asc' | 'desc', limit: number): Promise<Seeded[]> {
    return db('sessions as s')
      .join('clients as c', 'c.id', 's.client_id')
      .whereIn('s.state', ['confirmed', 'completed'])
      .where('s.starts_at', side, db.fn.now())
      .orderBy('s.starts_at', order)
      .limit(limit)
      .select<Seeded[]>(
        's.id',
        's.room_id',
        's.client_id',
        's.starts_at',
        's.ends_at',
        's.created_at',
        'c.name',
        'c.email'
      )
  }
}

interface Seeded {
  id: number
  room_id: number
  client_id: number
  starts_at: Date
  ends_at: Date
  created_at: Date
  name: string
  email: string | null
}

const studio = {
  call_minutes: 15,
  address: '24 rue des Récollets\n75010 Paris',
  access_code: '4512A, interphone « Studio »',
  parking: 'Livraisons dans la cour de 8 h à 12 h ; parking Saint-Martin à 200 m.'
}

const empty = { call_minutes: null, address: null, access_code: null, parking: null, rider: null, notes: null }

const contents = [
  {
    ...empty,
    call_minutes: 45,
    musicians: 'Batterie : Hugo Lemaire\nBasse : Inès Carpentier\nClavier : Théo Blanc',
    patch:
      '1 KICK IN – Beta 91A – 1073\n2 KICK OUT – U 47 FET – 1073\n3 SNARE TOP – SM57 – API 512\n4-5 OH – C 414 – 8801\n9 DI BASSE – Evil Twin',
    notes: 'Batterie montée la veille, peaux neuves.'
  },
  {
    ...empty,
    musicians: 'Voix : la chanteuse et deux choristes',
    patch: '1 VOIX – U 87 – 1073 – LA-2A\n2-3 CHŒURS – KM 184 – 8801',
    rider: 'Casque fermé pour la voix lead, retour sans compression.'
  },
  { ...empty, musicians: null, patch: 'Stems livrés en 96 kHz, 24 bits.', notes: 'Écoute client à 17 h.' }
]

const recalls: [string, string][] = [
  ['LA-2A (voix)', 'Gain 38, peak reduction 42, compress ; −3 dB sur les crêtes.'],
  ['1073 (voix)', 'Mic −45, HPF 80, +2 dB à 12 k.'],
  ['1176 Rev D (basse)', 'Attack 3, release 7, ratio 4:1, input 24, output 18.'],
  ['Pultec EQP-1A (mix)', '60 Hz boost 3 atten 2 ; 10 k boost 2, bw 5.'],
  ['SSL Bus (mix)', 'Seuil +4, ratio 2:1, attack 30 ms, release auto, makeup 2 dB.']
]
