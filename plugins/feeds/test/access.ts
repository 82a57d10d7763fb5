import { newToken } from '@patchbay/core/secrets'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

/** Calendar feeds: who may what. Addresses lead to this machine, and are refused for it: nothing is fetched. */
export const access: DeclaredAccess = {
  permissions: {
    'feeds.read': ['manager', 'engineer', 'assistant'],
    'feeds.manage': ['manager'],
    'feeds.subscribe': ['visitor']
  },
  staff: `
GET  /static/feeds/*                       public                  file
GET  /feeds                                feeds.read              page
POST /feeds/links                          feeds.read              write
POST /feeds/links/:id/renewal              feeds.read              write
POST /feeds/links/:id/removal              feeds.read              write
POST /feeds/outside                        feeds.read              write
POST /feeds/outside/:id/refreshing         feeds.read              write
POST /feeds/outside/:id/removal            feeds.read              write
POST /api/feeds/add_link                   feeds.read              api
POST /api/feeds/renew_link                 feeds.read              api
POST /api/feeds/remove_link                feeds.read              api
POST /api/feeds/add_outside                feeds.read              api
POST /api/feeds/refresh_outside            feeds.read              api
POST /api/feeds/remove_outside             feeds.read              api
`,
  open: `
GET  /feeds/:token                         feeds.subscribe         data
`,
  params: {
    '/s/:studio/feeds/links/:id': async making => ({ id: await link(making) }),
    '/s/:studio/feeds/outside/:id': async making => ({ id: await outside(making) }),
    '/o/:studio/feeds/:token': async making => {
      const { token, hash } = newToken()
      await link(making, hash)
      return { token: `${token}.ics` }
    }
  },
  bodies: {
    '/feeds/links': { of: 'me', detail: 'full' },
    '/feeds/outside': { whose: 'me', name: 'Privé', url: 'http://127.0.0.1/a.ics' },
    '/api/feeds/add_link': { of: 'me', detail: 'busy' },
    '/api/feeds/renew_link': async making => ({ id: await link(making) }),
    '/api/feeds/remove_link': async making => ({ id: await link(making) }),
    '/api/feeds/add_outside': { whose: 'me', name: 'Privé', url: 'http://127.0.0.1/a.ics' },
    '/api/feeds/refresh_outside': async making => ({ id: await outside(making) }),
    '/api/feeds/remove_outside': async making => ({ id: await outside(making) })
  },
  buttons: []
}

/** A link of whoever asks. */
async function link({ db, person }: Making, token_hash = newToken().hash): Promise<number> {
  const [made] = await db('feed_links')
    .insert({ token_hash, person_id: person, detail: 'full' })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

async function outside({ db, person, next }: Making): Promise<number> {
  const url = `http://127.0.0.1/${next()}.ics`
  const [made] = await db('outside_feeds')
    .insert({ person_id: person, name: 'Privé', url })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}
