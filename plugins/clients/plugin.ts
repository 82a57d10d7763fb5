import { definePlugin } from '@patchbay/core'
import {
  addClient,
  archiveClient,
  changeClient,
  changeManyClients,
  removeClient,
  restoreClient,
  tagClient
} from './actions.ts'
import { addContact, addNote, changeContact, changeNote, removeContact, removeNote } from './card-actions.ts'
import { confirmImport, readImport } from './import.ts'
import { forgetOldImports } from './import-queries.ts'
import { clientList } from './list.ts'
import { matchOrAdd } from './matching.ts'
import { mergeClients } from './merging.ts'
import { findClients } from './finding.ts'
import { anyClient, forgetUnusedTags, namesOf } from './queries.ts'
import { kindIcons, staff } from './routes.ts'
import { seed } from './seed.ts'

/** Whom the studio works for: people, bands, companies, labels; their contacts, notes, tags. */
export const clients = definePlugin({
  id: 'clients',
  dir: import.meta.dirname,
  permissions: {
    'clients.read': ['manager', 'engineer', 'assistant'],
    'clients.write': ['manager', 'engineer', 'assistant'],
    'clients.merge': ['manager'],
    'clients.import': ['manager'],
    'clients.export': ['manager'],
    'clients.delete': ['manager']
  },
  staff,
  nav: [{ key: 'clients', path: '', icon: 'users', permission: 'clients.read', order: 20 }],
  actions: [
    addClient,
    changeClient,
    tagClient,
    archiveClient,
    restoreClient,
    changeManyClients,
    removeClient,
    mergeClients,
    addContact,
    changeContact,
    removeContact,
    addNote,
    changeNote,
    removeNote,
    readImport,
    confirmImport
  ],
  lists: [clientList],
  live: {
    'clients.added': 'clients.read',
    'clients.changed': 'clients.read',
    'clients.merged': 'clients.read',
    'clients.removed': 'clients.read'
  },
  answers: {
    async 'core.search'({ db, can, base }, { text }) {
      if (!can('clients.read')) return undefined
      const found = await findClients(db, text, 6)
      return found.map(({ id, kind, name, artist_name, email }) => {
        const hint = artist_name ?? email
        return { href: `${base}/clients/${id}`, label: name, icon: kindIcons[kind], ...(hint ? { hint } : {}) }
      })
    },
    async 'core.records'({ db, can, base }, { about }) {
      const ids = about.filter(record => record.startsWith('client:')).map(record => Number(record.slice(7)))
      if (ids.length === 0 || !can('clients.read')) return undefined
      const named = await namesOf(db, ids)
      return Object.fromEntries(
        named.map(({ id, name }) => [`client:${id}`, { label: name, href: `${base}/clients/${id}` }])
      )
    },
    'clients.match-or-add': (_asking, { running, ...somebody }) => matchOrAdd(running, somebody),
    async 'core.first-steps'({ db, can, base }) {
      if (!can('clients.write')) return undefined
      return [
        {
          key: 'clients.first_step',
          order: 20,
          href: `${base}/clients/${can('clients.import') ? 'imports/' : ''}new`,
          done: await anyClient(db)
        }
      ]
    }
  },
  jobs: {
    /** Every night: what nobody confirmed, and tags that nobody has any more. */
    tidy: {
      every: '20 2 * * *',
      async run({ db }) {
        await forgetOldImports(db)
        await forgetUnusedTags(db)
      }
    }
  },
  seed
})
