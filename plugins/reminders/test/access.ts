import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const words = { subject_fr: 'Rappel', text_fr: 'Bonjour', subject_en: 'Reminder', text_en: 'Hello' }
/** A step as its form sends it. */
const stepFields = { audience: 'client', channel: 'mail', moment: 'before', hours_before: 24, ...words }

/** Reminders: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'reminders.read': ['manager', 'engineer', 'assistant'],
    'reminders.send': ['manager', 'engineer'],
    'reminders.write': ['manager']
  },
  staff: `
GET  /reminders                            reminders.read          page
GET  /reminders/steps/new                  reminders.write         page
POST /reminders/steps                      reminders.write         write
GET  /reminders/steps/:id                  reminders.write         page
POST /reminders/steps/:id                  reminders.write         write
POST /reminders/steps/:id/removal          reminders.write         write
POST /reminders/:id/retry                  reminders.send          write
POST /reminders/clients/:id/stop           reminders.send          write
POST /reminders/clients/:id/resumption     reminders.send          write
GET  /api/reminders/list                   reminders.read          api
POST /api/reminders/add_step               reminders.write         api
POST /api/reminders/change_step            reminders.write         api
POST /api/reminders/remove_step            reminders.write         api
POST /api/reminders/retry                  reminders.send          api
POST /api/reminders/stop                   reminders.send          api
POST /api/reminders/resume                 reminders.send          api
`,
  params: {
    '/s/:studio/reminders/steps/:id': async making => ({ id: await step(making) }),
    '/s/:studio/reminders/clients/:id': async ({ records }) => ({ id: await records.client() }),
    '/s/:studio/reminders/:id': async making => ({ id: await reminder(making) })
  },
  bodies: {
    '/reminders/steps': newStep,
    '/reminders/steps/:id': stepFields,
    '/api/reminders/add_step': newStep,
    '/api/reminders/change_step': async making => ({ id: await step(making), ...stepFields }),
    '/api/reminders/remove_step': async making => ({ id: await step(making) }),
    '/api/reminders/retry': async making => ({ id: await reminder(making) }),
    '/api/reminders/stop': async ({ records }) => ({ client_id: await records.client() }),
    '/api/reminders/resume': async ({ records }) => ({ client_id: await records.client() })
  },
  buttons: [
    '/reminders/steps/:id/removal',
    '/reminders/:id/retry',
    '/reminders/clients/:id/stop',
    '/reminders/clients/:id/resumption'
  ]
}

/** A studio has 20 steps at most: those that were tried before make room. */
async function newStep({ db }: Making) {
  await db('reminder_steps').whereNull('archived_at').update({ archived_at: new Date() })
  return stepFields
}

async function step({ db }: Making): Promise<number> {
  const [made] = await db('reminder_steps')
    .insert({ audience: 'client', channel: 'mail', minutes_before: 1440, active: false, ...words })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** One of a session to come that could not be sent. */
async function reminder(making: Making): Promise<number> {
  const { db, records } = making
  const session_id = await records.session()
  const { starts_at } = await db('sessions').where({ id: session_id }).first('starts_at')
  const failed = { channel: 'mail', name: 'Zoé', state: 'failed', reason: 'no_email', due_at: new Date() }
  const [made] = await db('reminders')
    .insert({ session_id, step_id: await step(making), for_start: starts_at, ...failed })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}
