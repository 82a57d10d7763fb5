import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { requestStates } from './contract.ts'

/** What somebody asks for by the open page, in the order of its form. */
export const RequestForm = form({
  room_id: fields.id(),
  day: fields.day(),
  starts: fields.clock(),
  length: fields.minutes(60 * 48),
  name: fields.text(200),
  artist_name: fields.optionalText(200),
  email: fields.email(),
  phone: fields.optionalPhone(),
  people: fields.optionalCount(1, 500),
  engineer: fields.flag(),
  message: fields.optionalText(4000),
  /** The time is full: on the waiting list then. */
  wait: fields.flag(),
  language: fields.choice('fr', 'en').default('fr'),
  /** The private link it will have, and by which a form sent twice is known. Without one, it has none but those mailed. */
  token: fields.optionalText(100)
})
export type RequestInput = z.output<typeof RequestForm>

/** What whoever asked does behind the private link. */
export const TokenForm = form({ token: fields.text(100) })
export const AcceptForm = form({ token: fields.text(100), message_id: fields.id() })

export const RequestIdForm = form({ id: fields.id() })
export const AnswerForm = form({ id: fields.id(), body: fields.text(4000) })
export const DeclineForm = form({ id: fields.id(), reason: fields.text(2000) })
export const ProposalForm = form({
  id: fields.id(),
  room_id: fields.id(),
  day: fields.day(),
  starts: fields.clock(),
  length: fields.minutes(60 * 48),
  body: fields.text(4000)
})
export const MatchForm = form({
  id: fields.id(),
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200)
})

/** The inbox, as it stands in its address. Without a state, what waits for an answer. */
export const RequestsQuery = form({
  q: fields.optionalText(100),
  state: fields.choice(...requestStates, 'all').optional(),
  after: fields.optionalText(500)
})
export type RequestsQuery = z.output<typeof RequestsQuery>

/** `https://www.studio.fr`, one a line or between commas or spaces. */
const origins = () =>
  z
    .union([z.string().transform(text => text.split(/[\s,]+/)), z.array(z.string())])
    .optional()
    .transform((list, context) => {
      const found = new Set<string>()
      for (const text of (list ?? []).map(one => one.trim()).filter(Boolean)) {
        const url = URL.parse(text)
        const isOrigin = url?.protocol === 'https:' && /^https:\/\/[a-z0-9.-]+(:\d+)?\/?$/i.test(text)
        if (!isOrigin) {
          context.addIssue({ code: 'custom', message: 'requests.errors.origin' })
          return z.NEVER
        }
        found.add(url.origin)
      }
      if (found.size > 10) {
        context.addIssue({ code: 'custom', message: 'requests.errors.origins' })
        return z.NEVER
      }
      return [...found]
    })

export const PageForm = form({
  version: fields.optionalId(),
  headline_fr: fields.optionalText(120),
  headline_en: fields.optionalText(120),
  intro_fr: fields.optionalText(4000),
  intro_en: fields.optionalText(4000),
  rules_fr: fields.optionalText(6000),
  rules_en: fields.optionalText(6000),
  accent: fields.count(1, 12),
  embed_origins: origins()
})
export type PageInput = z.output<typeof PageForm>

export const RoomTextForm = form({
  room_id: fields.id(),
  shown: fields.flag(),
  text_fr: fields.optionalText(2000),
  text_en: fields.optionalText(2000)
})

/** A photo of a room, or without one the studio's logo, in place of the one there is. */
export const PhotoForm = form({
  room_id: fields.optionalId(),
  alt: fields.text(200),
  photo: fields.optionalPhoto()
})
export const PhotoIdForm = form({ id: fields.id() })
export const PhotoChangeForm = form({ id: fields.id(), alt: fields.text(200) })
export const PhotoPlaceForm = form({ id: fields.id(), direction: fields.choice('up', 'down') })
