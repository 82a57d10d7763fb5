import t from 'tap'
import { hashToken, newToken, secrets } from '../../core/secrets.ts'

const old = 'an old key of thirty-two characters'
const young = 'a newer key of thirty-two characters'

t.test('what is sealed opens again, and never looks the same twice', async t => {
  const { seal, open } = secrets(old)
  const sealed = seal('motdepasse é€🎙', 'studio:12')
  t.match(sealed, /^v1:[\w-]+:[\w-]+:[\w-]+:[\w-]+$/)
  t.notMatch(sealed, /motdepasse/)
  t.not(seal('motdepasse é€🎙', 'studio:12'), sealed)
  t.equal(open(sealed, 'studio:12'), 'motdepasse é€🎙')
  t.equal(open(seal('', 'studio:12'), 'studio:12'), '')
})

t.test('a sealed text is bound to its record and to its content', async t => {
  const { seal, open } = secrets(old)
  const sealed = seal('secret', 'studio:12')
  t.throws(() => open(sealed, 'studio:13'), /sealed for studio:13 was changed, or belongs to another record/)
  const parts = sealed.split(':')
  for (const place of [2, 3, 4]) {
    const bytes = Buffer.from(parts[place] ?? '', 'base64url')
    bytes[0] = (bytes[0] ?? 0) ^ 1
    const forged = parts.with(place, bytes.toString('base64url')).join(':')
    t.throws(() => open(forged, 'studio:12'), /was changed/)
  }
  t.throws(() => open(parts.with(3, 'AAAA').join(':'), 'studio:12'), 'a tag that was cut short')
  t.throws(() => open('plain text', 'studio:12'), /not in a form known here/)
})

t.test('a new key in front seals from now on, and the old one still opens', async t => {
  const sealed = secrets(old).seal('secret', 'server:1')
  const both = secrets(`${young}, ${old}`)
  t.equal(both.open(sealed, 'server:1'), 'secret')
  const again = both.seal('secret', 'server:1')
  t.equal(secrets(young).open(again, 'server:1'), 'secret')
  t.throws(() => secrets(old).open(again, 'server:1'), /sealed with another SECRET \(key [\w-]+\): add that one/)
  t.throws(() => secrets(' , '), /SECRET is empty/)
})

t.test('tokens are 256 random bits, stored as their SHA-256', async t => {
  const { token, hash } = newToken()
  t.match(token, /^[\w-]{43}$/)
  t.not(newToken().token, token)
  t.same(hashToken(token), hash)
  t.equal(hash.length, 32)
})
