import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendPhoto } from './open-routes.ts'
import { styles } from './open-page.ts'
import {
  addPhotoAction,
  changePageAction,
  describePhoto,
  describeRoom,
  movePhotoAction,
  removePhotoAction
} from './page-actions.ts'
import { findPage, listRooms } from './page-queries.ts'

/** Where the studio says what its open page says, shows its rooms and finds what to put into its own site. */
export function pageRoutes(app: FastifyInstance): void {
  const write = allow('requests.page')

  app.get('/page', write, async (request, reply) => {
    return reply.page('requests/page', await editPage(request))
  })

  app.post('/page', write, async (request, reply) => {
    const changed = await request.act(changePageAction)
    if (changed.ok) return back(request, reply, 'page')
    return refused(request, reply, { form: 'page', ...changed })
  })

  app.post('/page/rooms/:id', write, async (request, reply) => {
    const described = await request.act(describeRoom, { room_id: request.recordId() })
    if (described.ok) return back(request, reply, 'room', `#room-${request.recordId()}`)
    return refused(request, reply, { form: `room-${request.recordId()}`, ...described })
  })

  app.post('/page/photos', write, async (request, reply) => {
    const added = await request.act(addPhotoAction)
    if (added.ok) return back(request, reply, 'photo', roomPart(added.value.room_id))
    const { room_id } = added.values
    return refused(request, reply, { form: `photos-${typeof room_id === 'string' ? room_id : ''}`, ...added })
  })

  button(app, '', describePhoto, 'photo')
  button(app, '/position', movePhotoAction, 'photo')
  button(app, '/removal', removePhotoAction, 'photo_removed')

  app.get('/photos/:id', write, async (request, reply) => {
    return sendPhoto(request, reply, true)
  })
}

type PhotoDeed = typeof describePhoto | typeof movePhotoAction | typeof removePhotoAction

/** `POST /page/photos/:id/removal`: what is done with one photo. */
function button(app: FastifyInstance, noun: string, action: PhotoDeed, done: string): void {
  app.post(`/page/photos/:id${noun}`, allow('requests.page'), async (request, reply) => {
    const acted = await request.act(action, { id: request.recordId() })
    if (acted.ok) return back(request, reply, done, roomPart(acted.value.room_id))
    return refused(request, reply, { form: `photo-${request.recordId()}`, ...acted })
  })
}

const roomPart = (room_id: number | null) => (room_id === null ? '#logo' : `#room-${room_id}`)

const back = (request: FastifyRequest, reply: FastifyReply, done: string, part = '') =>
  reply.flash(`requests.flash.${done}`).redirect(`${request.base}/requests/page${part}`, 303)

const refused = async (
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { form: string; errors: Record<string, string>; values: Record<string, unknown> }
) => reply.code(422).page('requests/page', { ...(await editPage(request)), ...outcome })

async function editPage(request: FastifyRequest) {
  const page = await findPage(request.db)
  const address = request.address('/requests', 'open')
  return {
    styles,
    title: request.words().t('requests.page.title'),
    page,
    rooms: await listRooms(request.db, true),
    address,
    snippet: snippetOf(request, address, page.embed_origins.length > 0),
    form: '',
    errors: {},
    values: {}
  }
}

/** What the studio puts into its own site: the frame, and a line of script that keeps it as high as the page in it. */
function snippetOf(request: FastifyRequest, address: string, allowed: boolean): string {
  if (!allowed) return ''
  const { origin } = new URL(address)
  const title = request.studio.name.replace(/["&<>]/g, '')
  return `<iframe id="patchbay" src="${address}?embed=1" title="${title}" loading="lazy"
  style="width:100%;height:1400px;border:0"></iframe>
<script>
  addEventListener('message', event => {
    if (event.origin === '${origin}' && event.data?.patchbay === 'height')
      document.getElementById('patchbay').style.height = Number(event.data.height) + 'px'
  })
</script>`
}
