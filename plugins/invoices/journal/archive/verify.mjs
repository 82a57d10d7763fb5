#!/usr/bin/env node
// Contrôle une archive annuelle de Patchbay, sans rien d'autre que Node.js 18 ou plus : `node verify.mjs [dossier]`.
// Checks a yearly archive of Patchbay with nothing but Node.js 18 or later: `node verify.mjs [folder]`.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = process.argv[2] ?? dirname(fileURLToPath(import.meta.url))
const faults = []
const fault = (fr, en) => faults.push(`✗ ${fr}\n  ${en}`)
const read = name => JSON.parse(readFileSync(join(folder, name), 'utf8'))

// one spelling for one content: keys sorted at every depth
const sorted = (_key, part) =>
  typeof part === 'object' && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
    : part
const canonical = value => JSON.stringify(value, sorted)
const linkHash = (previous, content) =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(canonical(content)).digest('hex')

async function hashOfFile(path) {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece)
  return hash.digest('hex')
}

// each entry hangs on the one before, and its content is what its hash says
function follow(entries, what, nameOf, positionOf) {
  let before
  for (const entry of entries) {
    const name = nameOf(entry)
    if (before && entry.previous_hash !== before.hash) {
      fault(`${what} ${name} : ne suit pas le précédent.`, `${what} ${name}: does not follow the one before.`)
    }
    if (before && positionOf && positionOf(entry) !== positionOf(before) + 1) {
      fault(`${what} ${name} : il en manque avant.`, `${what} ${name}: some are missing before it.`)
    }
    if (linkHash(entry.previous_hash, entry.content) !== entry.hash) {
      fault(`${what} ${name} : le contenu a été modifié.`, `${what} ${name}: the content was changed.`)
    }
    before = entry
  }
}

const manifest = read('manifest.json')
for (const [name, sha256] of Object.entries(manifest.sha256)) {
  const path = join(folder, name)
  if (!existsSync(path)) fault(`${name} : le fichier manque.`, `${name}: the file is missing.`)
  else if ((await hashOfFile(path)) !== sha256)
    fault(`${name} : le fichier a été modifié.`, `${name}: the file was changed.`)
}

const documents = read('documents.json')
follow(
  documents,
  'document',
  ({ number }) => number,
  ({ position }) => position
)
if (manifest.with_pdfs) {
  for (const { number, content } of documents) {
    const path = join(folder, 'pdf', `${number.replaceAll('/', '_')}.pdf`)
    if (!existsSync(path)) fault(`${number} : le PDF manque.`, `${number}: the PDF is missing.`)
    else if (content.pdf_sha256 && (await hashOfFile(path)) !== content.pdf_sha256) {
      fault(`${number} : le PDF n’est pas celui qui a été émis.`, `${number}: the PDF is not the one that was issued.`)
    }
  }
}

const journal = read('journal.json')
follow(
  journal,
  'journal',
  ({ content }) => content.position,
  ({ content }) => content.position
)

// closings of one year follow one another; each day says what the journal says
const closings = read('closings.json')
follow(closings, 'clôture / closing', ({ content }) => `${content.period} ${content.ends_on}`)
const known = new Set(journal.map(({ content }) => content.position))
for (const { content } of closings.filter(({ content: { period } }) => period === 'day')) {
  const { first_position: first, last_position: last, totals } = content
  if (first === null || !known.has(first) || !known.has(last)) continue
  const rows = journal.filter(entry => entry.content.position >= first && entry.content.position <= last)
  const cents = rows
    .filter(entry => entry.content.payment !== null)
    .reduce((sum, entry) => sum + entry.content.eur_cents + entry.content.exchange_cents, 0)
  if (cents !== totals.period_cents || rows.length !== totals.rows) {
    fault(
      `clôture du ${content.ends_on} : le total n’est pas celui du journal.`,
      `closing of ${content.ends_on}: the total is not the journal's.`
    )
  }
}

const events = read('events.json')
for (const { hash, previous_hash, ...content } of events) {
  if (linkHash(previous_hash, content) !== hash) {
    fault(`évènement ${content.position} : modifié.`, `event ${content.position}: changed.`)
  }
}

const counted = `${documents.length} documents, ${journal.length} journal, ${closings.length} clôtures/closings`
if (faults.length > 0) {
  console.log(`${faults.join('\n')}\n\n${faults.length} anomalie(s) / fault(s). ${counted}.`)
  process.exitCode = 1
} else console.log(`✓ Tout concorde. / All holds. ${manifest.studio} ${manifest.year}: ${counted}.`)
