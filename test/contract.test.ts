import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Texts, locales } from '../core/i18n.ts'
import type { Plugin } from '../core/plugin.ts'
import { studioPlugin } from '../core/studio/plugin.ts'
import { Views } from '../core/views.ts'
import { plugins } from '../plugins/index.ts'
import { openStudio } from './helper.ts'

/** The rules that every plugin, and core itself, must pass. */
const root = join(import.meta.dirname, '..')
const core = studioPlugin(() => {
  throw new Error('no host here')
})

const filesIn = (dir: string, ...ends: string[]): string[] =>
  readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
    .map(file => join(dir, file))
    .filter(file => ends.some(end => file.endsWith(end)))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const isTest = (file: string): boolean => file.includes('/test/')
/** The plugin that `npm run new-plugin` copies is no part of the product. */
const isModel = (file: string): boolean => file.startsWith('core/bin/new-plugin/')

const views = [...filesIn('views', '.eta'), ...filesIn('core', '.eta'), ...filesIn('plugins', '.eta')].filter(
  file => !isModel(file)
)
const code = [...filesIn('core', '.ts'), ...filesIn('plugins', '.ts')].filter(file => !isTest(file) && !isModel(file))
const scripts = [...filesIn('static', '.js'), ...filesIn('plugins', '.js')]

const texts = new Texts()
texts.add(join(root, 'core/locales'))
for (const { id, dir } of plugins) texts.add(join(dir, 'locales'), id)
const has = (key: string): boolean => texts.has('fr', key)

/** Code without its comments: what is an example there is no use of it. */
const stripped = (file: string): string =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')

t.test('both languages have the same texts, none empty', async t => {
  const [fr, en] = locales.map(locale => texts.keys(locale).toSorted())
  t.ok((fr?.length ?? 0) > 200, 'there is something to compare')
  t.same(
    fr?.filter(key => !en?.includes(key)),
    [],
    'missing in English'
  )
  t.same(
    en?.filter(key => !fr?.includes(key)),
    [],
    'missing in French'
  )
  for (const locale of locales) {
    const say = texts.translator(locale)
    const gaps = (key: string) =>
      [...say(key).matchAll(/\{\w+\}/g)]
        .map(([gap]) => gap)
        .toSorted()
        .join()
    const other = texts.translator(locale === 'fr' ? 'en' : 'fr')
    const otherGaps = (key: string) =>
      [...other(key).matchAll(/\{\w+\}/g)]
        .map(([gap]) => gap)
        .toSorted()
        .join()
    t.same(
      texts.keys(locale).filter(key => gaps(key) !== otherGaps(key) && !key.endsWith('_one')),
      [],
      `${locale}: other gaps`
    )
  }
})

t.test('what the host shows of a plugin has a text', async t => {
  for (const plugin of [core, ...plugins]) {
    const { id } = plugin
    const rest = (name: string) => name.slice(id.length + 1)
    const wanted = [
      `${id}.title`,
      `${id}.summary`,
      ...(plugin.nav ?? []).map(({ key }) => `${id}.nav.${key}`),
      ...(plugin.commands ?? []).map(({ key }) => `${id}.commands.${key}`),
      ...Object.keys(plugin.permissions ?? {}).map(name => `${id}.permissions.${rest(name)}`),
      ...(plugin.actions ?? []).map(({ name }) => `${id}.actions.${rest(name)}`),
      ...(plugin.lists ?? []).map(({ name }) => `${id}.lists.${rest(name)}`),
      ...Object.keys(plugin.settings?.shape ?? {}).map(field => `${id}.settings.${field}`)
    ]
    t.same(
      wanted.filter(key => !has(key)),
      [],
      id
    )
  }
})

t.test('what an action is called goes on after a name, as the trail says it', async t => {
  const said = { fr: /^(a|n’a|est|s’est) /, en: /^[a-z]/ }
  const keys = [core, ...plugins].flatMap(({ id, actions = [] }) =>
    actions.map(({ name }) => `${id}.actions.${name.slice(id.length + 1)}`)
  )
  for (const locale of ['fr', 'en'] as const) {
    const words = texts.translator(locale)
    t.same(
      keys.filter(key => !said[locale].test(words(key))),
      [],
      locale
    )
  }
})

t.test('every text that code and views name exists', async t => {
  const whole = /\b(?:t|flash|toast|notFound)\(\s*'([a-z][\w-]*(?:\.[\w-]+)+)'(?!\s*\+)/g
  const begun = /\bt\(\s*'([a-z][\w.-]*[._])'\s*\+/g
  const sentence = /'((?:[a-z-]+)\.(?:errors|flash)\.[a-z_.-]*[a-z_])'/g
  const all = texts.keys('fr')
  const missing: string[] = []
  for (const file of [...views, ...code]) {
    const text = stripped(file)
    for (const pattern of [whole, sentence])
      for (const [, key = ''] of text.matchAll(pattern)) if (!has(key)) missing.push(`${file}: ${key}`)
    for (const [, start = ''] of text.matchAll(begun))
      if (!all.some(key => key.startsWith(start))) missing.push(`${file}: ${start}…`)
  }
  t.same([...new Set(missing)], [])
})

t.test('every view compiles', async t => {
  const compiler = new Views()
  for (const file of views) t.doesNotThrow(() => compiler.compile(read(file)), file)
})

t.test('a plugin imports core by its name, and of another only the contract, if it requires it', async t => {
  const wrong: string[] = []
  for (const plugin of plugins) {
    const folder = `plugins/${plugin.id}`
    for (const file of filesIn(folder, '.ts').filter(file => !isTest(file))) {
      for (const [, from = ''] of stripped(file).matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
        if (!from.startsWith('.')) continue
        const target = join(file, '..', from)
        if (target.startsWith(`${folder}/`)) continue
        const contract = /^plugins\/([\w-]+)\/contract\.ts$/.exec(target)?.[1]
        if (!contract || !plugin.requires?.includes(contract)) wrong.push(`${file}: ${from}`)
      }
    }
  }
  t.same(wrong, [])
})

t.test('core knows no plugin', async t => {
  const ids = new RegExp(`['"\`/](${plugins.map(({ id }) => id).join('|')})['"\`/.]`)
  // the bell is the frame's, and shows only where the plugin that fills it is on
  const bell = ['views/parts/bell.eta', 'views/parts/topbar.eta']
  const mine = [...code, ...views, ...filesIn('static', '.js')].filter(file => !file.startsWith('plugins/'))
  const knowing = mine.filter(file => !bell.includes(file) && ids.test(stripped(file)))
  t.same(
    knowing.map(file => `${file}: ${ids.exec(stripped(file))?.[0]}`),
    []
  )
})

t.test(
  'views print nothing unescaped but includes, icons, what they made of these, and what their head calls trusted',
  async t => {
    const closing = "views/parts/field.eta: group ? '</fieldset>' : '</div>'"
    const wrong = views.flatMap(file => {
      const text = read(file)
      const printed = [...text.matchAll(/<%~\s*([\s\S]*?)\s*%>/g)].map(match => match[1] ?? '')
      return printed.filter(one => !isMarkup(one, text)).map(one => `${file}: ${one}`)
    })
    t.same(
      wrong.filter(place => place !== closing),
      []
    )
  }
)

/** An include or icon; a name that the view gives one of these; a parameter that its head says is "trusted HTML". */
function isMarkup(printed: string, view: string): boolean {
  if (/^(\/\*[^]*?\*\/\s*)?(include|icon)\(/.test(printed)) return true
  const name = /^(?:\w+\.)?(\w+)(?:\(|$)/.exec(printed)?.[1]
  if (!name) return false
  const made = new RegExp(`\\b${name} = (\\([^)]*\\) => |\\w+ => )?([^\\n]* \\? )?(capture|include)\\(`)
  return made.test(view) || new RegExp(`\\b${name}\\b[^\\n]*trusted HTML`).test(view)
}

t.test('views carry no script, style or handler of their own', async t => {
  const inline = /\sstyle="|<style\b|<script(?![^>]*\ssrc=)|\son[a-z]+="|javascript:/i
  const pages = views.filter(file => !file.startsWith('views/mail/'))
  t.same(
    pages.filter(file => inline.test(read(file).replace(/<%[\s\S]*?%>/g, ''))),
    []
  )
})

t.test('a file is read in one sitting, but lists of names for the demo', async t => {
  const told = [...views, ...code, ...scripts].filter(file => !/\/seed-\w+\.ts$/.test(file))
  const long = told.filter(file => read(file).split('\n').length > 300)
  t.same(
    long.map(file => `${file}: ${read(file).split('\n').length} lines`),
    []
  )
})

t.test('no function is written where a property is set: V8 makes it old at once, with all it refers to', async t => {
  const written = /[\w)\]]\.#?\w+ (?:\?\?|\|\|)?= (?:async )?(?:function\b|\w+ =>|\([^()\n]*\)(?:: [^\n=]+)? =>)/
  const once = ['core/views.ts'] // the templates' own, as long as the process
  t.same(
    code.filter(file => !once.includes(file) && written.test(stripped(file))),
    []
  )
})

t.test('every column of sealed texts is known, so that a new secret seals it anew', async t => {
  const declared = plugins.flatMap(({ sealedIn = [] }) => sealedIn.map(({ table, column }) => `${table}.${column}`))
  const found = plugins.flatMap(({ id }) =>
    (existsSync(join(root, `plugins/${id}/migrations`)) ? filesIn(`plugins/${id}/migrations`, '.sql') : []).flatMap(
      file =>
        [...read(file).matchAll(/create table (\w+) \(([\s\S]*?)\n\);/g)].flatMap(([, table, columns = '']) =>
          [...columns.matchAll(/^  (\w+_sealed) text/gm)].map(([, column]) => `${table}.${column}`)
        )
    )
  )
  t.ok(found.length > 3)
  t.same(declared.toSorted(), found.toSorted())
})

t.test('every permission, action and list begins with its plugin, and belongs to one that exists', async t => {
  const permissions = new Set([core, ...plugins].flatMap(plugin => Object.keys(plugin.permissions ?? {})))
  const things = [core, ...plugins].flatMap(plugin => [...(plugin.actions ?? []), ...(plugin.lists ?? [])])
  t.same(
    things.filter(({ permission }) => !permissions.has(permission)).map(({ name }) => name),
    []
  )
  t.equal(new Set(things.map(({ name }) => name)).size, things.length, 'no name twice')
})

t.test('without a plugin, and those that require it, the rest boots and serves', async t => {
  for (const { id } of plugins) {
    await t.test(`without ${id}`, async t => {
      const rest = without(id)
      const house = await openStudio(t, { plugins: rest, work: false })
      for (const path of ['/', '/search?q=ab', '/settings', '/activity', '/api', ...rest.map(({ id }) => `/${id}`)]) {
        const answer = await house.owner.get(path)
        t.equal(answer.statusCode, 200, `${path}: ${answer.body.slice(0, 200)}`)
      }
      t.equal((await house.owner.get(`/${id}`)).statusCode, 404)
    })
  }
})

function without(id: string): Plugin[] {
  const gone = new Set([id])
  for (const plugin of plugins) if (plugin.requires?.some(needed => gone.has(needed))) gone.add(plugin.id)
  return plugins.filter(plugin => !gone.has(plugin.id))
}
