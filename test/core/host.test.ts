import t from 'tap'
import { openStudio } from '../helper.ts'

t.test('the door', async t => {
  const house = await openStudio(t)

  await t.test('lets a member in and shows Today', async t => {
    const answer = await house.owner.get('/')
    t.equal(answer.statusCode, 200, answer.body)
    t.match(answer.body, /<h1/)
  })
})
