import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import type { Plugin } from '../../core/plugin.ts'
import { command, copyOfApp } from '../checkout.ts'
import { openStudio } from '../helper.ts'

const files: Record<string, string> = {
  'package.json': JSON.stringify({
    name: 'patchbay-plugin-lamps',
    version: '1.0.0',
    type: 'module',
    exports: './plugin.js',
    files: ['plugin.js', 'views', 'locales', 'migrations', 'static'],
    peerDependencies: { '@patchbay/core': '*' }
  }),
  'plugin.js': `
    import { action, allow, definePlugin, fields, form } from '@patchbay/core'
    const add = action({
      name: 'lamps.add', permission: 'lamps.read', input: form({ name: fields.text(20) }),
      run: async ({ db }, lamp) => (await db('lamps').insert(lamp).returning('id'))[0],
      about: ({ id }) => ({ lamp: id })
    })
    export const lamps = definePlugin({
      id: 'lamps', dir: import.meta.dirname, optional: true,
      permissions: { 'lamps.read': ['engineer'] },
      nav: [{ key: 'lamps', path: '', icon: 'lamp', permission: 'lamps.read', order: 50 }],
      actions: [add],
      staff(app) {
        app.get('/', allow('lamps.read'), async (request, reply) => reply.page('lamps/list', { title: 'x', lamps: await request.db('lamps') }))
        app.post('/', allow('lamps.read'), async (request, reply) => {
          const outcome = await request.act(add)
          return outcome.ok ? reply.redirect(request.base + '/lamps', 303) : reply.code(422).page('lamps/list', { lamps: [], ...outcome })
        })
      }
    })`,
  'views/list.eta': `<h1><%= t('lamps.title') %></h1><% it.lamps.forEach(lamp => { %><p><%= lamp.name %></p><% }) %><img src="<%= asset('/static/lamps/lamp.svg') %>" alt="">`,
  'locales/fr.json': JSON.stringify({
    title: 'Les lampes',
    summary: '.',
    nav: { lamps: 'Lampes' },
    actions: { add: 'a ajouté une lampe' }
  }),
  'locales/en.json': JSON.stringify({
    title: 'The lamps',
    summary: '.',
    nav: { lamps: 'Lamps' },
    actions: { add: 'added a lamp' }
  }),
  'migrations/0001_lamps.sql':
    'create table lamps (id bigint generated always as identity primary key, name text not null unique);',
  'static/lamp.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>'
}

t.test('a plugin from npm is packed, installed, and works as one in the checkout', async t => {
  const app = copyOfApp(t)
  const source = join(app.dir, 'source')
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(source, file, '..'), { recursive: true })
    writeFileSync(join(source, file), content)
  }
  const packed = await command(source, 'npm', 'pack', '--silent', '--pack-destination', app.dir)
  t.match(packed, 'patchbay-plugin-lamps-1.0.0.tgz')
  const site = join(app.dir, 'site')
  mkdirSync(site)
  writeFileSync(join(site, 'package.json'), '{ "name": "site", "private": true }')
  const flags = ['--offline', '--no-audit', '--no-fund', '--legacy-peer-deps']
  await command(site, 'npm', 'install', '../patchbay-plugin-lamps-1.0.0.tgz', ...flags)
  t.ok(existsSync(join(site, 'node_modules/patchbay-plugin-lamps/package.json')), 'npm installed it')
  // the workspace package of core, as `npm install` links it in a checkout
  mkdirSync(join(site, 'node_modules/@patchbay'))
  symlinkSync(join(import.meta.dirname, '../../core'), join(site, 'node_modules/@patchbay/core'))

  const file = join(site, 'node_modules/patchbay-plugin-lamps/plugin.js')
  const { lamps } = (await import(pathToFileURL(file).href)) as { lamps: Plugin }
  const house = await openStudio(t, { plugins: [lamps], work: false })
  t.equal((await house.engineer.post('/lamps', { name: 'Verte' })).statusCode, 303)
  const page = await house.engineer.get('/lamps')
  for (const words of ['Les lampes', 'Verte', 'Lampes', '/static/lamps/lamp.svg?v=']) t.match(page.body, words)
  const image = /\/static\/lamps\/lamp\.svg\?v=[\w-]+/.exec(page.body)?.[0] ?? ''
  t.equal((await house.visitor.get(`/${image}`)).statusCode, 200)
  t.equal((await house.assistant.get('/lamps')).statusCode, 403)
  t.equal((await house.stranger.get('/lamps')).statusCode, 404)
  t.equal((await house.owner.api('POST', '/lamps/add', { name: 'Rouge' })).statusCode, 200)
  await house.owner.post('/settings/plugins/lamps/switch')
  t.equal((await house.engineer.get('/lamps')).statusCode, 404)
})
