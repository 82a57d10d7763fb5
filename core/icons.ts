import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = join(dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')), 'icons')
const shapes = new Map<string, string>()

/**
 * The SVG of a lucide icon, to be printed unescaped: `<%~ icon('plus') %>`. Decoration unless `label` says what it
 * means to somebody who does not see it. An unknown name throws: it is a mistake in a template.
 */
export function icon(name: string, label?: string): string {
  const meaning = label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${escape(label)}"`
  return `<svg class="icon" viewBox="0 0 24 24" width="16" height="16" ${meaning}>${shape(name)}</svg>`
}

/** What is inside the `<svg>`; the stroke is set once, by `.icon` in the style sheet. */
function shape(name: string): string {
  let found = shapes.get(name)
  if (found === undefined) {
    // Names come from templates, but a plugin may pass data by mistake: nothing but a plain name may become a path.
    if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`"${name}" is not the name of an icon`)
    found = read(name)
    shapes.set(name, found)
  }
  return found
}

function read(name: string): string {
  let svg
  try {
    svg = readFileSync(join(folder, `${name}.svg`), 'utf8')
  } catch (error) {
    throw new Error(`there is no icon "${name}" in lucide-static`, { cause: error })
  }
  const inside = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
  return inside.replace(/\s*\n\s*/g, '').replaceAll(' />', '/>')
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, sign => entities[sign] ?? sign)
