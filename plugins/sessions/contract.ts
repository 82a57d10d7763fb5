import type { Running } from '@patchbay/core'
import type { AskedFor, Entered, FreeTimes, FreeWanted, WishedFor } from './outside.ts'
import type { Extended } from './extending.ts'
import type { PriceLine } from './price.ts'

export type { PriceLine }
export type { AskedFor, Entered, FreeTimes, FreeWanted, TimeSlot, WishedFor } from './outside.ts'

/**
 * What other plugins may know of sessions: the facts told, with ids only (whoever hears one reads what it may see), and
 * the questions asked. A plugin that holds gear answers those of gear; its rows refer to `sessions (id, during, lane)`.
 */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A session was entered, as an option or confirmed. */
    'sessions.booked': { session_id: number }
    /** Its time or its room is another. */
    'sessions.moved': { session_id: number }
    /** Something else of it: client, people, title, notes, price; or an option was extended. */
    'sessions.changed': { session_id: number }
    /** An option became firm. */
    'sessions.confirmed': { session_id: number }
    /** Called off, by somebody and for a reason. */
    'sessions.cancelled': { session_id: number }
    /** An option ended: given up, run out, or gone because `for_session_id` was confirmed. */
    'sessions.released': { session_id: number; for_session_id: number | null }
    /** What was cancelled, started, completed or confirmed by mistake is again what it was before. */
    'sessions.reopened': { session_id: number }
    /** An option moved up: who stood before it is gone, or its time is another. */
    'sessions.promoted': { session_id: number; from_rank: number; to_rank: number }
    /** Somebody else wants the time of a first option, which has until a deadline now: `rival_id` or somebody who waits. */
    'sessions.challenged': { challenge_id: number; session_id: number; rival_id: number | null }
    /** What came of it. */
    'sessions.challenge-closed': {
      challenge_id: number
      session_id: number
      outcome: 'confirmed' | 'released' | 'lapsed' | 'withdrawn'
    }
    /**
     * A room's time that something no longer holds (`session_id`; null: an offer from the waiting list), from and to in
     * ISO 8601: the session itself may be elsewhere by now. Some of it may be somebody else's already.
     */
    'sessions.freed': { session_id: number | null; room_id: number; from: string; to: string }
    /** Somebody who waits was offered a time. */
    'sessions.waiting-told': { offer_id: number; waiting_id: number }
    /** They took it, as this session, or not. */
    'sessions.waiting-answered': { offer_id: number; waiting_id: number; session_id: number | null }
    /** The waiting list is another: somebody came, went or changed places. */
    'sessions.waiting-changed': { waiting_id: number }
    'sessions.started': { session_id: number }
    'sessions.completed': { session_id: number }
    /** Nobody came. */
    'sessions.missed': { session_id: number }
    /** Several sessions were entered together; `sessions.booked` is told of each as well. */
    'sessions.planned': { booking_id: number }
    /** Several sessions of one booking were moved, changed or confirmed together; so is each, by its own fact. */
    'sessions.replanned': { booking_id: number }
    /** Several sessions of one booking were called off or released together; so is each, by its own fact. */
    'sessions.called-off': { booking_id: number }
    /** Somebody was asked to work on it. */
    'sessions.asked': { session_id: number; person_id: number }
    /** Somebody on it accepted or declined; whoever declined is free again. */
    'sessions.answered': { session_id: number; person_id: number }
    /** An absence of a person or a closure of a room was entered; what was booked then still is. */
    'sessions.blocked': { room_id: number | null; person_id: number | null }
    /** It was taken back. */
    'sessions.unblocked': { room_id: number | null; person_id: number | null }
    /** What is known of somebody who works on sessions is other: roles, rates, hours; or they were added or archived. */
    'sessions.people-changed': { person_id: number }
    /** A room was added, changed, archived or restored. */
    'sessions.rooms-changed': { room_id: number }
  }
  interface Questions {
    /** A part of a session's page: what this plugin has of that session. */
    'sessions.sections': { input: { session_id: number }; answer: Section }
    /** A part of the booking form, inside it: for example the picker of gear, whose fields are called `gear`. */
    'sessions.form-parts': {
      input: { session_id: number | null; values: Record<string, unknown>; errors: Record<string, string> }
      answer: Section
    }
    /** When these rooms and people are taken by what is no session, between two instants: outside calendars. */
    'sessions.busy': { input: Wanted; answer: BusyTime[] }
    /** What gear these sessions have. */
    'sessions.gear-of': { input: { session_ids: readonly number[] }; answer: Record<number, HeldGear[]> }
    /** Gear in the way of a claim, nothing held yet: for previews and searches. */
    'sessions.gear-conflicts': { input: GearClaim; answer: GearConflict[] }
    /** When less than the wanted gear is free, between two instants. */
    'sessions.gear-busy': { input: { gear: readonly GearWanted[]; from: Date; to: Date }; answer: BusyTime[] }
    /**
     * Asked inside the transaction, after the session was written: hold this gear for it, at its time and rank, in place
     * of what it held. The answer is what is in the way; nothing is held then, and the whole is rolled back. With `over`
     * what is in the way is taken all the same, and answered.
     */
    'sessions.hold-gear': {
      input: { session_id: number; gear: readonly GearWanted[]; over: boolean }
      answer: GearConflict[]
    }
    /**
     * Asked inside the transaction, before a session's time, room or state changes: let go of what it holds. The answer is
     * what that was, to be held again.
     */
    'sessions.release-gear': { input: { session_id: number }; answer: GearWanted[] }
    /**
     * What so many minutes after the booked end of a session cost, at the rates of that time. Sessions answer; whoever
     * proposes overtime asks. Nothing when there is no such session, or no rate to make it from.
     */
    'sessions.overtime': { input: { session_id: number; minutes: number }; answer: Overtime }
    /**
     * What of a session is to be paid, as lines of an invoice: sessions answer with its price, or with the fee once it is
     * called off; whoever knows of more (overtime, consumables) adds theirs. Whoever makes invoices asks. `offered`: an
     * option answers too, with what it will cost.
     */
    'sessions.billable': { input: { session_id: number; offered?: boolean }; answer: BillableLine[] }
    /**
     * Asked inside the transaction of an action, which hands on what it was given: move the end of a session by so many
     * minutes, price aside. Sessions answer, or throw what is in the way.
     */
    'sessions.extend': {
      input: { running: Running; session_id: number; minutes: number; note: string }
      answer: Extended
    }
    /**
     * Asked inside the transaction that enters a session, which hands on what it was given: it is booked for that project.
     * Whoever keeps projects answers; nobody, or false: there is none to book for.
     */
    'sessions.book-for': { input: { running: Running; session_id: number; project_id: number }; answer: boolean }
    /** When bookable rooms can be had, for pages that say nothing of who is in. Sessions answer. */
    'sessions.free-times': { input: FreeWanted; answer: FreeTimes }
    /** What is in these rooms that visitors should know of: names, the best first, by the room's id. */
    'sessions.room-gear': { input: { room_ids: readonly number[] }; answer: Record<number, string[]> }
    /**
     * Asked inside the transaction of an action, which hands on what it was given, as are those below: enter an option
     * of the next rank for somebody outside. Sessions answer, in one word when it cannot be.
     */
    'sessions.enter-option': { input: { running: Running } & AskedFor; answer: Entered }
    /**
     * Make an option firm, because what it is part of was agreed; one that ran out is taken up again. False: it is firm
     * already. Throws what is in the way.
     */
    'sessions.confirm': { input: { running: Running; session_id: number }; answer: boolean }
    /** What calling off costs by the studio's policy, a line for each step, in a language. Nothing without a policy. */
    'sessions.cancellation-words': { input: { language: 'fr' | 'en' }; answer: string }
    /** Release an option. False: it is none any more. */
    'sessions.drop-option': { input: { running: Running; session_id: number; reason: string }; answer: boolean }
    /** As projects declare it, word for word, so that either may be installed without the other: what went into a project. */
    'projects.spent': {
      input: { project_id: number; session_ids: readonly number[]; sources: readonly string[] }
      answer: {
        kind: 'booked' | 'time' | 'cost' | 'billed'
        label: string
        minutes?: number
        cents?: number | null
        href?: string
      }[]
    }
    /** A session is another client's. False: there is none. */
    'sessions.give': { input: { running: Running; session_id: number; client_id: number }; answer: boolean }
    /** Put a client on the waiting list. The answer is the id there, of `waiting`. */
    'sessions.wait': { input: { running: Running } & WishedFor; answer: number }
    /** Take somebody off it. False: they do not wait any more. */
    'sessions.stop-waiting': { input: { running: Running; waiting_id: number }; answer: boolean }
  }
}

/** The price of time after the booked end. */
export interface Overtime {
  cents: number
  /** How it was made, as lines of a session's price. */
  lines: PriceLine[]
  raw_minutes: number
  billed_minutes: number
  /** EN 16931's category and the rate in hundredths of a per cent, of the first line. */
  vat_category: string
  vat_rate: number
  /** Whether `cents` are with VAT. */
  vat_included: boolean
}

/** A line to be paid. `cents` is what it comes to; `quantity × unit_cents` may differ from it by a rounding. */
export interface BillableLine {
  /** Translated. */
  label: string
  /** Hours, days…, with at most four decimals. */
  quantity: number
  unit: 'hour' | 'half_day' | 'day' | 'lockout' | 'piece'
  unit_cents: number
  /** Less than nothing for a discount. */
  cents: number
  /** EN 16931's category and the rate in hundredths of a per cent: 2000 is 20 %. */
  vat_category: string
  vat_rate: number
  /** Whether the amounts are with VAT. */
  vat_included: boolean
  kind: 'session' | 'person' | 'discount' | 'fee' | 'overtime' | 'consumable' | 'cost'
}

/** Some gear and how many of it. */
export interface GearWanted {
  equipment_id: number
  quantity: number
}

/** Gear on a session, as pages say it. */
export interface HeldGear extends GearWanted {
  name: string
  /** Where its page is. */
  href: string
}

/** Gear that a session wants: at its time, as an option of `rank` or firm (null). */
export interface GearClaim {
  /** The session itself, which is not in its own way. */
  session_id: number | null
  starts_at: Date
  ends_at: Date
  rank: number | null
  gear: readonly GearWanted[]
}

/** Gear that is not free: all of it is with others, being mended, or lent. `sentence` says who has it and when. */
export interface GearConflict {
  equipment_id: number
  name: string
  /** The session that has it; null when it is no session. */
  session_id: number | null
  starts_at: Date
  ends_at: Date
  /** A whole sentence, translated: what is taken, by whom, when, and what else is free. */
  sentence: string
}

/** Rooms and people somebody asks about. */
export interface Wanted {
  from: Date
  to: Date
  rooms: readonly number[]
  people: readonly number[]
}

/** A stretch in which a room or a person is taken by what is no session. */
export interface BusyTime {
  room_id: number | null
  person_id: number | null
  starts_at: Date
  ends_at: Date
  /** What it is, as people may read it. */
  label: string
}

export const sessionStates = ['option', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show'] as const
export type SessionState = (typeof sessionStates)[number]

/** Why a room or somebody is not to be had. */
export const busyKinds = ['holiday', 'sick', 'training', 'elsewhere', 'closure', 'works'] as const
export type BusyKind = (typeof busyKinds)[number]

/** What somebody does on a session. */
export const sessionRoles = [
  'engineer',
  'assistant',
  'mixing',
  'mastering',
  'producer',
  'musician',
  'technician',
  'other'
] as const
export type SessionRole = (typeof sessionRoles)[number]

export const roomKinds = [
  'live_room',
  'cabine',
  'control_room',
  'mixing',
  'mastering',
  'rehearsal',
  'podcast',
  'other'
] as const
export type RoomKind = (typeof roomKinds)[number]
