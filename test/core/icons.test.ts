import t from 'tap'
import { icon } from '../../core/icons.ts'

await t.test('an icon is a small inline svg that screen readers skip', t => {
  const svg = icon('plus')
  t.match(svg, /^<svg class="icon" viewBox="0 0 24 24" width="16" height="16" aria-hidden="true">/)
  t.match(svg, '<path d="M5 12h14"/>')
  t.notMatch(svg, /\n|style=|xmlns|license/)
  t.end()
})

await t.test('a label makes it an image with a name, escaped', t => {
  t.match(icon('x', 'Retirer "A" & <b>'), 'role="img" aria-label="Retirer &quot;A&quot; &amp; &lt;b&gt;"')
  t.end()
})

await t.test('the same icon is read from disk once', t => {
  t.equal(icon('calendar'), icon('calendar'))
  t.end()
})

await t.test('a name that does not exist is a mistake, said by name', t => {
  t.throws(() => icon('no-such-icon'), { message: 'there is no icon "no-such-icon" in lucide-static' })
  t.end()
})

await t.test('nothing but a plain name becomes a path', t => {
  for (const name of ['../package', 'a/b', '', 'Plus', 'x.svg'])
    t.throws(() => icon(name), { message: `"${name}" is not the name of an icon` }, name)
  t.end()
})
