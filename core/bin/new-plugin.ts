import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * `npm run new-plugin NAME`: writes plugins/NAME with a page, a table, two actions and a passing test, and its line in
 * plugins/index.ts. The model is core/bin/new-plugin/, a working plugin called `example`.
 */
const model = join(import.meta.dirname, 'new-plugin')
const root = process.cwd()
const name = process.argv[2] ?? ''
const folder = join(root, 'plugins', name)
const list = join(root, 'plugins/index.ts')

if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
  stop('Usage: npm run new-plugin NAME — lower-case letters, digits and hyphens.')
if (['example', 'studio', 'core', 'api'].includes(name)) stop(`"${name}" is taken by the host: choose another name.`)
if (!existsSync(list)) stop('There is no plugins/index.ts here: run this from the root of the checkout.')
if (existsSync(folder)) stop(`plugins/${name} exists already.`)

const identifier = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
const table = name.replaceAll('-', '_')
const title = (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('-', ' ')

for (const entry of readdirSync(model, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const file = join(entry.parentPath, entry.name)
  const target = join(folder, file.slice(model.length + 1).replaceAll('example', name))
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, renamed(readFileSync(file, 'utf8')))
}
writeFileSync(list, listed(readFileSync(list, 'utf8')))
console.log(`plugins/${name} is written and listed in plugins/index.ts.
Try it:  npm test -- plugins/${name}/test/${name}.test.ts
Read on: docs/plugins.md`)

function renamed(text: string): string {
  return text
    .replaceAll('../../../../test/', '../../../test/')
    .replaceAll('examplePlugin', identifier)
    .replaceAll('example_items', `${table}_items`)
    .replaceAll('Example', title)
    .replaceAll('example', name)
}

/** The list of plugins with one more at its end; it is asked and shown after the others. */
function listed(text: string): string {
  const line = `import { ${identifier} } from './${name}/plugin.ts'\n`
  const imports = text.lastIndexOf('\nimport ')
  const at = imports === -1 ? text.indexOf('\n') + 1 : text.indexOf('\n', imports + 1) + 1
  const withImport = text.slice(0, at) + line + text.slice(at)
  return withImport.replace(
    /= \[([^\]]*?),?\s*\]/,
    (_, others: string) => `= [${others.trim() ? `${others}, ` : ''}${identifier}]`
  )
}

function stop(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}
