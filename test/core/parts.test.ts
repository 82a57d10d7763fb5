import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { formats } from '../../core/format.ts'
import { Texts, locales } from '../../core/i18n.ts'
import { icon } from '../../core/icons.ts'
import { Views } from '../../core/views.ts'

const root = join(import.meta.dirname, '../..')
const views = new Views()
for (const name of ['layouts', 'parts', 'pages']) views.mount(name, join(root, 'views', name))
const texts = new Texts()
texts.add(join(root, 'core/locales'))

/** A part alone, as a page would include it. */
function part(name: string, data: Record<string, unknown>): string {
  const words = {
    t: texts.translator('fr'),
    fmt: formats('fr', 'Europe/Paris', 'EUR'),
    icon,
    asset: (path: string) => path,
    can: () => true,
    locale: 'fr',
    path: '/s/canal/clients',
    base: '/s/canal'
  }
  return views.render(`parts/${name}`, { ...data, $: words })
}

const hostile = `"><script>alert('1')</script>`

await t.test('a field shows what was typed and what is wrong with it, tied together', t => {
  const html = part('field', {
    name: 'email',
    label: 'Mail',
    type: 'email',
    help: 'Pour les factures',
    required: true,
    values: { email: 'nadia@' },
    errors: { email: 'Incomplète' }
  })
  t.match(html, '<label class="label" for="f-email">Mail')
  t.match(html, /<input class="input" type="email" id="f-email" name="email" value="nadia@" required=""/)
  t.match(html, 'aria-describedby="f-email-error f-email-help" aria-invalid="true"')
  t.match(html, /id="f-email-error">.*Incomplète/s)
  t.end()
})

await t.test('a password is never printed back', t => {
  t.notMatch(
    part('field', { name: 'password', label: 'x', type: 'password', values: { password: 'secret' } }),
    'secret'
  )
  t.end()
})

await t.test('choices keep what was chosen, whatever its type', t => {
  const choices = [
    { value: 1, label: 'Cabine A', group: 'Prise' },
    { value: 2, label: 'Cabine B', group: 'Mixage' }
  ]
  const select = part('field', { name: 'room_id', label: 'Cabine', type: 'select', choices, values: { room_id: '2' } })
  t.match(select, '<option value="2" selected>Cabine B</option>')
  t.match(select, '<optgroup label="Prise">')
  const radio = part('field', { name: 'room_id', label: 'Cabine', type: 'radio', choices, values: { room_id: 1 } })
  t.match(radio, /value="1" id="f-room_id-0" checked/)
  t.notMatch(radio, /value="2" id="f-room_id-1" checked/)
  t.match(part('field', { name: 'ok', label: 'x', type: 'checkbox', values: { ok: 'on' } }), / checked/)
  t.notMatch(part('field', { name: 'ok', label: 'x', type: 'checkbox', values: {} }), / checked/)
  t.end()
})

await t.test('the summary of errors leads to the fields, and is not there without errors', t => {
  const html = part('form-errors', { errors: { '': 'Déjà prise', email: 'Incomplète' }, labels: { email: 'Mail' } })
  t.match(html, '2 points à corriger')
  t.match(html, '<a href="#f-email">Mail : Incomplète</a>')
  t.match(html, '<li>Déjà prise</li>')
  t.equal(part('form-errors', { errors: {} }).trim(), '')
  t.end()
})

await t.test('heads sort, keep the filters and start again at the first page', t => {
  const columns = [
    { key: 'name', label: 'Nom', sort: true },
    { key: 'owes', label: 'Solde', sort: true, align: 'end' }
  ]
  const html = part('table', { caption: 'x', columns, rows: '', sort: 'name', query: { kind: 'band', after: 'c' } })
  t.match(html, /aria-sort="ascending"><a href="\?kind=band&amp;sort=-name">/)
  t.match(html, '<a href="?kind=band&amp;sort=owes">')
  t.end()
})

await t.test('a chip sets its filter, and takes it off when it is on', t => {
  const filters = [
    { name: 'kind', value: 'band', label: 'Groupes' },
    { name: 'kind', value: 'label', label: 'Labels' }
  ]
  const html = part('filters', { filters, query: { q: 'na', kind: 'band', after: 'c' } })
  t.match(html, 'href="?q=na" aria-current="true"')
  t.match(html, 'href="?q=na&amp;kind=label"')
  t.end()
})

await t.test('the pager says how many and offers only the ways there are', t => {
  const html = part('pager', { count: 1248, shown: 50, next: 'abc', query: { q: 'na', before: 'z' } })
  t.match(html, /50 sur 1\s248/u)
  t.match(html, 'rel="next" href="?q=na&amp;after=abc"')
  t.notMatch(html, 'rel="prev"')
  t.match(part('pager', { count: 1, shown: 1 }), '1 résultat<')
  t.end()
})

await t.test('a state is a word and a sign, not a colour alone', t => {
  t.match(part('badge', { state: 'option', rank: 2, left: '14 h' }), /Option<.*>2<.*14 h/s)
  t.match(part('badge', { state: 'late', days: 3 }), '3 jours de retard')
  t.match(part('badge', { state: 'confirmed', room: 7 }), 'badge-confirmed room-7')
  for (const state of ['in_progress', 'completed', 'cancelled', 'no_show'])
    t.match(part('badge', { state }), /<(svg|i) /)
  t.end()
})

await t.test('data is escaped in every part that prints it', t => {
  const given: Record<string, Record<string, unknown>> = {
    field: { name: 'a', label: hostile, help: hostile, values: { a: hostile }, errors: { a: hostile } },
    'form-errors': { errors: { a: hostile } },
    header: { heading: hostile, back: { href: hostile, label: hostile }, action: { href: hostile, label: hostile } },
    filters: {
      search: { label: hostile },
      filters: [{ name: 'a', value: hostile, label: hostile }],
      query: { q: hostile }
    },
    menu: {
      id: 'm',
      label: hostile,
      items: [
        { href: hostile, label: hostile },
        { action: hostile, label: hostile }
      ]
    },
    confirm: { id: 'c', label: hostile, heading: hostile, text: hostile, action: hostile, fields: { a: hostile } },
    empty: { heading: hostile, text: hostile, action: { href: hostile, label: hostile } },
    facts: { facts: [{ label: hostile, value: hostile, href: hostile }] },
    timeline: { entries: [{ at: new Date(), who: hostile, text: hostile, href: hostile }] },
    tags: { name: 'a', label: hostile, value: [hostile], suggestions: [hostile] },
    combobox: { name: 'a', text_name: 'b', label: hostile, url: hostile, values: { a: hostile, b: hostile } },
    suggestions: {
      suggestions: [{ value: hostile, text: hostile, detail: hostile }],
      create: { text: hostile, label: hostile }
    },
    hits: { groups: [{ label: hostile, hits: [{ href: hostile, label: hostile, hint: hostile }] }], q: hostile },
    notice: { heading: hostile, text: hostile },
    room: { room: 1, label: hostile, href: hostile },
    avatar: { of: '<u> "x' },
    meter: { of: hostile, value: 3, text: hostile }
  }
  for (const [name, data] of Object.entries(given)) t.notMatch(part(name, data), /<script|<u>|"">/, name)
  t.end()
})

await t.test('every icon a template names exists', t => {
  const files = ['views', 'core', 'plugins'].flatMap(dir =>
    readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.eta'))
      .map(file => join(root, dir, file))
  )
  for (const file of files) {
    const source = readFileSync(file, 'utf8')
    for (const [, name] of source.matchAll(/\bicon(?:\(|: )'([^']+)'/g)) t.ok(icon(name ?? ''), `${name} in ${file}`)
  }
  t.end()
})

await t.test('every sentence of the frame and its parts is there in both languages', t => {
  const sources = ['layouts', 'parts', 'pages'].flatMap(dir =>
    readdirSync(join(root, 'views', dir)).map(file => readFileSync(join(root, 'views', dir, file), 'utf8'))
  )
  const said = new Set(
    sources.flatMap(source => [...source.matchAll(/\bt\('([\w.]+)'[,)]/g)].map(([, key]) => key ?? ''))
  )
  t.ok(said.size > 40)
  for (const locale of locales) for (const key of said) t.ok(texts.has(locale, key), `${key} in ${locale}`)
  const own = (locale: 'fr' | 'en') => texts.keys(locale).filter(key => /^(frame|parts|errors_page)\./.test(key))
  t.same(own('fr').toSorted(), own('en').toSorted())
  t.end()
})

await t.test('the font is asked for under the version that is installed, alike in head and style sheet', t => {
  const read = (file: string) => readFileSync(join(root, file), 'utf8')
  const { version } = JSON.parse(read('node_modules/@fontsource-variable/inter/package.json')) as { version: string }
  for (const file of ['views/parts/head.eta', 'static/css/tokens.css'])
    t.match(read(file), `/static/fonts/inter-latin.woff2?v=${version}`)
  t.match(read('static/css/tokens.css'), `/assets/inter/inter-latin-ext-wght-normal.woff2?v=${version}`)
  t.end()
})
