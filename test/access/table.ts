import type { Role, Visitor } from '../../core/plugin.ts'
import { plugins } from '../../plugins/index.ts'
import { declared } from './declared.ts'

/**
 * Who may what, written by hand and reviewed like code: the tests fail when a route or a permission is not here, is here
 * otherwise, or is gone. `page` is looked at in a browser; `part` and `data` are fetched by pages; `write` changes
 * something; `hook` is called by a machine that signs what it says; `socket` is upgraded; `api` speaks JSON; `file` is the
 * same for everybody.
 */

export type Kind = 'page' | 'part' | 'data' | 'write' | 'socket' | 'api' | 'file' | 'redirect' | 'hook'

export interface Row {
  method: string
  url: string
  access: string
  kind: Kind
}

const installed = new Set(plugins.map(({ id }) => id))

/** Beside the owner, who may all. */
const allPermissions: Record<string, (Role | Visitor)[]> = {
  'studio.read_activity': ['manager'],
  'studio.manage_members': ['manager'],
  'studio.change_settings': [],
  'studio.leave': ['manager', 'engineer', 'assistant'],
  'studio.use_api': ['manager', 'engineer', 'assistant'],
  'clients.read': ['manager', 'engineer', 'assistant'],
  'clients.write': ['manager', 'engineer', 'assistant'],
  'clients.delete': ['manager'],
  'clients.merge': ['manager'],
  'clients.import': ['manager'],
  'clients.export': ['manager'],
  'sessions.read': ['manager', 'engineer', 'assistant'],
  'sessions.write': ['manager', 'engineer', 'assistant'],
  'sessions.book_over': ['manager'],
  'sessions.cancel': ['manager', 'engineer'],
  'sessions.price': ['manager'],
  'sessions.rooms': ['manager'],
  'notifications.read': ['manager', 'engineer', 'assistant']
}

const outside = `
GET  /-/health                             public  data
GET  /-/ready                              public  data
GET  /-/metrics                            public  data
GET  /static/app.css                       public  file
GET  /static/*                             public  file
GET  /assets/htmx/*                        public  file
GET  /assets/inter/*                       public  file
GET  /assets/calendar/*                    public  file
GET  /assets/tus/*                         public  file
GET  /assets/signature/*                   public  file
GET  /                                     public  redirect
GET  /o/:studio                            public  redirect
GET  /sign-up                              public  page
POST /sign-up                              public  write
GET  /sign-in                              public  page
POST /sign-in                              public  write
POST /sign-out                             public  write
GET  /forgot                               public  page
POST /forgot                               public  write
GET  /reset/:token                         public  page
POST /reset/:token                         public  write
GET  /confirm/:token                       public  page
POST /confirm/:token                       public  write
GET  /invitations/:token                   public  page
POST /invitations/:token                   public  write
GET  /outbox                               public  page
GET  /studios                              person  page
GET  /studios/new                          person  page
POST /studios                              person  write
GET  /account                              person  page
POST /account                              person  write
POST /account/theme                        person  write
POST /account/email                        person  write
POST /account/password                     person  write
POST /account/confirmation                 person  write
POST /account/sign-ins/:id/revocation      person  write
POST /account/sign-ins/revocation          person  write
`

const studio = `
GET                                        member                  page
GET  /members                              studio.manage_members   page
POST /members/invitations                  studio.manage_members   write
POST /members/invitations/:id/letter       studio.manage_members   write
POST /members/invitations/:id/revocation   studio.manage_members   write
POST /members/:id/role                     studio.manage_members   write
POST /members/:id/removal                  studio.manage_members   write
POST /departure                            studio.leave            write
GET  /permissions                          member                  page
GET  /outbox                               studio.change_settings  page
GET  /live                                 member                  socket
GET  /settings                             studio.change_settings  page
POST /settings                             studio.change_settings  write
POST /settings/plugins/:plugin/switch      studio.change_settings  write
GET  /settings/plugins/:plugin             studio.change_settings  page
POST /settings/plugins/:plugin             studio.change_settings  write
GET  /activity                             studio.read_activity    page
GET  /activity/access                      studio.read_activity    page
GET  /search                               member                  page
GET  /search/hits                          member                  part
GET  /tokens                               studio.use_api          page
POST /tokens                               studio.use_api          write
POST /tokens/:id/revocation                studio.use_api          write
GET  /api                                  member                  page
GET  /api/openapi.json                     member                  api
GET  /api/studio/activity                  studio.read_activity    api
POST /api/studio/change_studio             studio.change_settings  api
POST /api/studio/switch_plugin             studio.change_settings  api
POST /api/studio/change_plugin_settings    studio.change_settings  api
POST /api/studio/invite                    studio.manage_members   api
POST /api/studio/resend_invitation         studio.manage_members   api
POST /api/studio/revoke_invitation         studio.manage_members   api
POST /api/studio/change_role               studio.manage_members   api
POST /api/studio/remove_member             studio.manage_members   api
POST /api/studio/leave                     studio.leave            api
`

const clients = `
GET  /static/clients/*                     public                  file
GET  /clients                              clients.read            page
GET  /clients/new                          clients.write           page
POST /clients                              clients.write           write
GET  /clients/suggestions                  clients.read            part
GET  /clients/duplicates                   clients.write           part
POST /clients/quick                        clients.write           write
POST /clients/selection                    clients.write           write
GET  /clients/:id                          clients.read            page
GET  /clients/:id/edit                     clients.write           page
POST /clients/:id                          clients.write           write
POST /clients/:id/tags                     clients.write           write
POST /clients/:id/archiving                clients.write           write
POST /clients/:id/restoring                clients.write           write
GET  /clients/:id/removal                  clients.delete          page
POST /clients/:id/removal                  clients.delete          write
POST /clients/:id/notes                    clients.write           write
POST /clients/:id/notes/:note              clients.write           write
POST /clients/:id/notes/:note/removal      clients.write           write
POST /clients/:id/contacts                 clients.write           write
POST /clients/:id/contacts/:contact        clients.write           write
POST /clients/:id/contacts/:contact/removal clients.write          write
GET  /clients/:id/merging                  clients.merge           page
POST /clients/:id/merging                  clients.merge           write
GET  /clients/imports/new                  clients.import          page
POST /clients/imports                      clients.import          write
GET  /clients/imports/:id                  clients.import          page
POST /clients/imports/:id                  clients.import          write
GET  /clients/export.csv                   clients.export          data
GET  /clients/export.vcf                   clients.export          data
GET  /clients/:id/card.vcf                 clients.read            data
GET  /api/clients/list                     clients.read            api
POST /api/clients/add                      clients.write           api
POST /api/clients/change                   clients.write           api
POST /api/clients/tag                      clients.write           api
POST /api/clients/archive                  clients.write           api
POST /api/clients/restore                  clients.write           api
POST /api/clients/change_many              clients.write           api
POST /api/clients/remove                   clients.delete          api
POST /api/clients/merge                    clients.merge           api
POST /api/clients/add_contact              clients.write           api
POST /api/clients/change_contact           clients.write           api
POST /api/clients/remove_contact           clients.write           api
POST /api/clients/add_note                 clients.write           api
POST /api/clients/change_note              clients.write           api
POST /api/clients/remove_note              clients.write           api
POST /api/clients/read_import              clients.import          api
POST /api/clients/import                   clients.import          api
`

const sessions = `
GET  /static/sessions/*                    public                  file
GET  /sessions                             sessions.read           page
GET  /sessions/feed                        sessions.read           data
GET  /sessions/list                        sessions.read           page
GET  /sessions/export.csv                  sessions.read           data
GET  /sessions/day/:day/print              sessions.read           page
GET  /sessions/rooms                       sessions.read           page
GET  /sessions/rooms/new                   sessions.rooms          page
POST /sessions/rooms                       sessions.rooms          write
GET  /sessions/rooms/:id                   sessions.read           page
POST /sessions/rooms/:id                   sessions.rooms          write
POST /sessions/rooms/:id/archive           sessions.rooms          write
POST /sessions/rooms/:id/restore           sessions.rooms          write
GET  /sessions/new                         sessions.write          page
POST /sessions                             sessions.write          write
POST /sessions/over                        sessions.book_over      write
POST /sessions/:id/over                    sessions.book_over      write
POST /api/sessions/book_over               sessions.book_over      api
POST /api/sessions/change_over             sessions.book_over      api
GET  /sessions/preview                     sessions.write          part
GET  /sessions/:id                         sessions.read           page
GET  /sessions/:id/edit                    sessions.write          page
POST /sessions/:id                         sessions.write          write
POST /sessions/:id/move                    sessions.write          write
POST /sessions/:id/confirmation            sessions.write          write
POST /sessions/:id/release                 sessions.write          write
POST /sessions/:id/start                   sessions.write          write
POST /sessions/:id/completion              sessions.write          write
POST /sessions/:id/no-show                 sessions.write          write
POST /sessions/:id/reopening               sessions.cancel         write
POST /sessions/:id/cancellation            sessions.cancel         write
GET  /api/sessions/list                    sessions.read           api
POST /api/sessions/book                    sessions.write          api
POST /api/sessions/change                  sessions.write          api
POST /api/sessions/move                    sessions.write          api
POST /api/sessions/confirm                 sessions.write          api
POST /api/sessions/release                 sessions.write          api
POST /api/sessions/cancel                  sessions.cancel         api
POST /api/sessions/start                   sessions.write          api
POST /api/sessions/complete                sessions.write          api
POST /api/sessions/miss                    sessions.write          api
POST /api/sessions/reopen                  sessions.cancel         api
POST /api/sessions/add_room                sessions.rooms          api
POST /api/sessions/change_room             sessions.rooms          api
POST /api/sessions/archive_room            sessions.rooms          api
POST /api/sessions/restore_room            sessions.rooms          api
`

const notifications = `
GET  /static/notifications/*               public                  file
GET  /notifications                        notifications.read      page
GET  /notifications/bell                   notifications.read      part
POST /notifications/:id/reading            notifications.read      write
POST /notifications/reading                notifications.read      write
GET  /notifications/preferences            notifications.read      page
POST /notifications/preferences            notifications.read      write
GET  /api/notifications/list               notifications.read      api
POST /api/notifications/read_one           notifications.read      api
POST /api/notifications/read_all           notifications.read      api
POST /api/notifications/choose             notifications.read      api
`

/** Permissions and routes of what is installed: taking a plugin out takes its lines with it. */
export const permissions: Record<string, (Role | Visitor)[]> = Object.fromEntries(
  [allPermissions, ...declared.map(one => one.permissions ?? {})]
    .flatMap(given => Object.entries(given))
    .filter(([name]) => name.startsWith('studio.') || installed.has(name.split('.')[0] ?? ''))
)
export const table: Row[] = [
  ...read(outside, ''),
  ...read(studio, '/s/:studio'),
  ...Object.entries({ clients, sessions, notifications }).flatMap(([id, text]) =>
    installed.has(id) ? read(text, '/s/:studio') : []
  ),
  ...declared.flatMap(({ staff = '', open = '' }) => [...read(staff, '/s/:studio'), ...read(open, '/o/:studio')])
]

function read(text: string, prefix: string): Row[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const words = line.trim().split(/\s+/)
      const [method = '', url = '', access = '', kind = ''] =
        words.length === 3 ? [words[0], '', words[1], words[2]] : words
      return { method, url: url.startsWith('/static/') ? url : `${prefix}${url}`, access, kind: kind as Kind }
    })
}
