import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { plugins } from '../../plugins/index.ts'
import { copyOfApp } from '../checkout.ts'

const root = join(import.meta.dirname, '../..')

t.test('docs/plugins.md: its example is written out, type-checked, and passes its own test', async t => {
  const text = readFileSync(join(root, 'docs/plugins.md'), 'utf8')
  const app = copyOfApp(t)
  const blocks = [...text.matchAll(/^```\w+ file=(\S+)\n(.*?)^```$/gms)]
  t.ok(blocks.length >= 12, `${blocks.length} files`)
  for (const [, file = '', content = ''] of blocks) {
    mkdirSync(dirname(join(app.dir, file)), { recursive: true })
    writeFileSync(join(app.dir, file), content)
  }
  t.equal(await app.types(), '')
  const result = await app.node('plugins/keys/test/keys.test.ts')
  t.match(result, /^ok 1 - keys/m, result)
  t.notMatch(result, /not ok/)
})

t.test('docs/plugins.md names every member of the contract', async t => {
  const contract = readFileSync(join(root, 'core/plugin.ts'), 'utf8')
  const docs = readFileSync(join(root, 'docs/plugins.md'), 'utf8')
  const body = /export interface Plugin \{(.*?)^\}/ms.exec(contract)?.[1] ?? ''
  const members = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(match => match[1] ?? '')
  t.ok(members.length > 10)
  for (const member of members) t.match(docs, new RegExp(`\`${member}\``), member)
  const questions = [...contract.matchAll(/^ {2}'(core\.[\w-]+)':/gm)].map(match => match[1] ?? '')
  for (const question of questions) t.match(docs, `\`${question}\``, question)
})

t.test('.env.example has every setting, the host’s and those of plugins, and no other', async t => {
  const ofHost = readFileSync(join(root, 'core/env.ts'), 'utf8').matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)
  const ofPlugins = plugins.flatMap(({ env }) => Object.keys(env?.shape ?? {}))
  const named = readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^([A-Z][A-Z0-9_]+)=/gm)
  const names = (found: Iterable<RegExpMatchArray>) => [...found].map(match => match[1] ?? '')
  t.same(names(named).toSorted(), [...names(ofHost), ...ofPlugins].toSorted())
})

t.test('npm run new-plugin writes a plugin whose types and test pass', async t => {
  const app = copyOfApp(t)
  const maker = join(root, 'core/bin/new-plugin.ts')
  t.match(await app.node(maker, 'Studio Radio'), /Usage/)
  t.match(await app.node(maker, 'studio-radio'), /is written and listed/)
  t.match(await app.node(maker, 'cables'), /is written and listed/)
  t.match(await app.node(maker, 'cables'), /exists already/)
  const list = readFileSync(join(app.dir, 'plugins/index.ts'), 'utf8')
  t.match(list, `import { studioRadio } from './studio-radio/plugin.ts'`)
  t.match(list, '= [studioRadio, cables]')
  t.equal(await app.types(), '')
  const result = await app.node('plugins/studio-radio/test/studio-radio.test.ts')
  t.match(result, /^ok 1 - studio-radio/m, result)
  t.notMatch(result, /not ok/)
})
