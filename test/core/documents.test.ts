import { document } from '@patchbay/core/documents'
import type { DocumentHead, Paper } from '@patchbay/core/documents'
import sharp from 'sharp'
import t from 'tap'
import { extractText, getDocumentProxy, getMeta } from 'unpdf'
import { printable } from '../../core/documents/fonts.ts'
import { linesOf } from '../../core/documents/lines.ts'

const head: DocumentHead = {
  title: 'Fiche de séance — Léa Morël & les Œillets <live>',
  subtitle: 'mar. 24 nov. 14:00–18:00',
  locale: 'fr',
  studio: { name: 'Fils & Frères', lines: ['12 rue des Écoles', '75005 Paris'], colour: '#b45309' },
  created: new Date('2026-11-24T10:00:00Z')
}

const pagesOf = async (pdf: Buffer) =>
  (await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: false })).text

const written = async (write: (paper: Paper) => unknown, over: Partial<DocumentHead> = {}) =>
  pagesOf(await document({ ...head, ...over }, write))

t.test('a document says what was written, accents, narrow spaces and figures included', async t => {
  const [page = ''] = await written(paper =>
    paper
      .facts([
        { label: 'Client', value: 'Zoë Çelik' },
        { label: 'Téléphone', value: '' },
        { label: 'Adresse', value: '12 rue des Écoles\n75005 Paris', wide: true }
      ])
      .heading('Équipe')
      .list(['Ingénieur : Éric Dûpont'])
      .note('Code d’accès : 4512A')
      .table({
        columns: [
          { label: 'Désignation', width: 3 },
          { label: 'Montant', align: 'right' }
        ],
        rows: [
          ['Séance à 45 €', '1\u202f250,00\u00a0€'],
          ['漢字 et 😀', '']
        ],
        foot: [['Total', '1\u202f250,00\u00a0€']]
      })
      .paragraph('Fait à Paris', 'italic')
  )
  for (const words of [
    'Fils & Frères',
    head.title,
    'mar. 24 nov. 14:00–18:00',
    'Zoë Çelik',
    '75005 Paris',
    'Équipe',
    'Ingénieur : Éric Dûpont',
    'Code d’accès : 4512A',
    '1 250,00 €',
    'Total',
    'Fait à Paris',
    '1 / 1'
  ])
    t.ok(page.replace(/[\u00a0\u202f]/g, ' ').includes(words), words)
  t.match(page, '□□ et □', 'letters the font has not are marked, not lost')
})

t.test('a table of 500 rows repeats its head and numbers its pages, and breaks between rows', async t => {
  const rows = Array.from({ length: 500 }, (_, row) => [`n° ${row + 1}`, `r${row + 1}e `.repeat(60)])
  const pages = await written(paper => paper.table({ columns: [{ label: 'Rang' }, { label: 'Mots', width: 5 }], rows }))
  t.ok(pages.length > 20, `${pages.length} pages`)
  pages.forEach((page, index) => {
    t.match(page, `${index + 1} / ${pages.length}`)
    t.match(page, 'Rang', `page ${index + 1} has the head`)
  })
  const where = (row: number) => pages.findIndex(page => page.includes(`n° ${row} `) || page.includes(`n° ${row}\n`))
  for (let row = 1; row <= 500; row++) {
    const words = pages.map(page => page.split(`r${row}e`).length - 1)
    t.equal(words[where(row)], 60, `row ${row} is whole, on one page`)
    if (words[where(row)] !== 60) break
  }
  t.match(pages[1], 'Fils & Frères — Fiche de séance', 'later pages say whose they are')
})

t.test('an empty table, a giant row, a word without end and a lonely heading are printed', async t => {
  const empty = await written(paper => paper.table({ columns: [{ label: 'Titre' }], rows: [], empty: 'Aucune prise' }))
  t.match(empty[0], /Titre[\s\S]*Aucune prise/)
  const giant = await written(paper => paper.table({ columns: [{ label: 'Notes' }], rows: [['géant '.repeat(3000)]] }))
  t.equal(giant.join(' ').split('géant').length - 1, 3000, 'no word of a row higher than a page is lost')
  const endless = await written(paper =>
    paper.paragraph('x'.repeat(4000)).facts([{ label: 'l', value: 'y'.repeat(900) }])
  )
  t.equal(endless.join('').replace(/[^x]/g, '').length, 4000)
  t.equal(endless.join('').replace(/[^y]/g, '').length, 900)
  const pushed = await written(paper => {
    for (let line = 0; line < 46; line++) paper.paragraph(`ligne ${line}`)
    paper.heading('Signatures').signatures([{ label: 'Client', lines: ['Zoë'] }, { label: 'Studio' }])
  })
  const page = pushed.find(page => page.includes('Signatures')) ?? ''
  t.match(page, /Signatures[\s\S]*Client/, 'a heading stays with what follows')
})

t.test('the same content with the same date is the same bytes, and the metadata is well-formed', async t => {
  const make = () => document(head, paper => paper.paragraph('égal'))
  const [one, two] = [await make(), await make()]
  t.ok(one.equals(two))
  const metadata = /<x:xmpmeta[\s\S]*<\/x:xmpmeta>/.exec(one.toString('utf8'))?.[0] ?? ''
  t.match(metadata, 'les Œillets &lt;live&gt;')
  t.notMatch(metadata, /&(?!amp;|lt;|gt;)/, 'no bare ampersand')
  const { info } = await getMeta(await getDocumentProxy(new Uint8Array(one)))
  t.equal(info['Title'], head.title, 'the title itself is not escaped')
})

t.test('letters of one document do not lose their meaning to another', async t => {
  const title = 'ÀÇÉÊËÎÏÔÙÛŸÑÖ àçéêëîïôùûÿñö'
  await written(paper => paper.paragraph(title, 'italic'), { title })
  const plain = 'ACEIOUYN aceiouyn'
  const [page = ''] = await written(paper => paper.paragraph(plain, 'italic').paragraph(plain), { title: plain })
  t.equal(page.split(plain).length - 1, 3, page)
})

t.test('pictures and drawn signatures are embedded; anything else is refused', async t => {
  const jpeg = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#8aa' } })
    .jpeg()
    .toBuffer()
  const png = await sharp({ create: { width: 90, height: 30, channels: 4, background: '#0000' } })
    .png()
    .toBuffer()
  const pdf = await document(head, paper =>
    paper
      .images([{ content: jpeg, caption: 'LA-2A' }, { content: jpeg }, { content: png }])
      .signatures([{ label: 'Client', image: png, lines: ['Zoë', '24 nov. 18:05'] }])
      .table({ columns: [{ label: 'Nom' }, { label: 'Signature' }], rows: [['Zoë', png]], rowHeight: 40 })
  )
  t.equal(pdf.toString('latin1').split('/DCTDecode').length - 1, 2, 'two JPEGs as they are')
  t.match((await pagesOf(pdf)).join(), 'LA-2A')
  await t.rejects(
    document(head, paper => paper.images([{ content: Buffer.from('GIF89a') }])),
    /image format/
  )
})

t.test('lines break where eyes expect it', t => {
  const broken = (text: string, width: number) => linesOf(text, width, line => line.length)
  t.same(broken('une prise de voix', 9), ['une prise', 'de voix'])
  t.same(broken('Jean-Baptiste', 8), ['Jean-', 'Baptiste'])
  t.same(broken('a\n\nb', 8), ['a', '', 'b'])
  t.same(broken('12\u00a0000\u202f€ ttc', 8), ['12\u00a0000\u202f€', 'ttc'])
  t.same(broken('abcdefghij', 4), ['abcd', 'efgh', 'ij'])
  t.same(broken('😀😀', 1), ['😀', '😀'], 'no letter is cut in two')
  t.same(broken('', 4), [''])
  t.equal(printable('e\u0301\u0007\u200bx\ty\r\nz', { hasGlyphForCodePoint: () => true }), 'éx y\nz')
  t.end()
})
