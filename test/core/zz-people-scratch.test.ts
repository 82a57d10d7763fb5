import t from 'tap'
import { openStudio } from '../helper.ts'
t.test('x', async t => {
  const h = await openStudio(t)
  h.app.log.error = ((...a: unknown[]) => console.error(...a)) as never
  const a = await h.visitor.post('//sign-up', { name: 'Zoé', email: 'zoe@example.test', password: 'trois petits chats noirs', studio_name: 'S' })
  console.error(a.statusCode, a.body.slice(0, 0))
})
