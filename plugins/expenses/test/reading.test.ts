import { PDFDict, PDFDocument, PDFName, PDFRawStream, PDFString } from '@cantoo/pdf-lib'
import { deflateSync } from 'node:zlib'
import t from 'tap'
import { isIban } from '@patchbay/core/iban'
import { centsOf } from '../reading/amounts.ts'
import { readFile } from '../reading/file.ts'
import type { ReadInvoice } from '../reading/invoice.ts'
import { isMail, readMail } from '../reading/mail.ts'
import { dayOf, sirenOf } from '../reading/parties.ts'
import { readApart } from '../reading/reading.ts'
import { cii, mail, mixed, pdf, ubl } from './samples.ts'
import type { Sample } from './samples.ts'

const invoiceIn = async (file: string | Buffer): Promise<ReadInvoice> => {
  const read = await readFile(Buffer.from(file as string))
  if (read.what !== 'invoice') throw new Error(JSON.stringify(read))
  return read.invoice
}
const nothing = async (file: string | Buffer) => {
  const read = await readFile(Buffer.from(file as string))
  return read.what === 'nothing' ? read.why : read.what
}

t.test('CII and UBL of any prefixes, and the PDF around them, say the same', async t => {
  const files = [
    cii(mixed),
    cii(mixed, ['a', 'b', 'c']),
    ubl(mixed),
    ubl(mixed, ['n1', 'n2']),
    await pdf(cii(mixed)),
    await pdf(cii(mixed), 'zugferd-invoice.xml'),
    await pdf(cii(mixed), 'xrechnung.xml'),
    Buffer.from(`\ufeff${cii(mixed)}`, 'utf16le'),
    Buffer.from(cii(mixed).replace('UTF-8', 'ISO-8859-1'), 'latin1')
  ]
  for (const file of files) {
    const invoice = await invoiceIn(file)
    t.match(invoice, {
      kind: 'invoice',
      number: 'FA-2026-118',
      issue_date: '2026-11-05',
      due_date: '2026-12-05',
      order_number: 'BC-77',
      currency: 'EUR',
      supplier: {
        name: 'Comptoir & Fils',
        siren: '732829320',
        vat_number: 'FR44732829320',
        iban: 'FR1420041010050500013M02606',
        country: 'FR'
      },
      warnings: []
    })
    t.same(
      invoice.lines.map(line => [line.label, line.base_cents, line.vat_rate, line.vat_cents]),
      [
        ['Préampli', 10000, 2000, 2000],
        ['Câbles', 4000, 2000, 800],
        ['Livre', 5000, 550, 275],
        ['Remise', -1000, 2000, -200]
      ]
    )
  }
})

t.test('a credit note is negative, to the last line, and names the invoice it takes back', async t => {
  const sample = { ...mixed, type: '381', refers_to: 'FA-2026-101' }
  for (const file of [cii(sample), ubl(sample, ['cbc', 'cac'], 'CreditNote')]) {
    const invoice = await invoiceIn(file)
    t.equal(invoice.kind, 'credit_note')
    t.equal(invoice.refers_to, 'FA-2026-101')
    t.same(
      invoice.lines.map(line => line.base_cents),
      [-10000, -4000, -5000, 1000]
    )
    t.same(
      [invoice.announced.net_cents, invoice.announced.vat_cents, invoice.announced.total_cents],
      [-18000, -2875, -20875]
    )
    t.same(invoice.warnings, [])
  }
})

t.test('profiles without lines get one for each rate, or one for all', async t => {
  const { lines: _lines, wholes: _wholes, ...basic } = mixed
  const invoice = await invoiceIn(cii(basic))
  t.same(
    invoice.lines.map(line => [line.base_cents, line.vat_rate, line.vat_cents]),
    [
      [13000, 2000, 2600],
      [5000, 550, 275]
    ]
  )
  const minimum = await invoiceIn(cii({ net: '100.00', tax: '20.00', total: '120.00' }))
  t.same(minimum.lines, [{ label: '', base_cents: 10000, vat_category: 'S', vat_rate: 2000, vat_cents: 2000 }])
  t.same(minimum.warnings, [])
})

t.test('kinds: franchise, reverse charge, another country, deposits deducted, VAT that rounding makes', async t => {
  const one = (rate: string, category: string, tax: string, total: string): Sample => ({
    lines: [{ name: 'Mixage', net: '100.00', rate, category }],
    vat: [{ base: '100.00', tax, rate, category }],
    net: '100.00',
    tax,
    total
  })
  for (const [rate, category, tax, total, expected] of [
    ['0', 'E', '0.00', '100.00', ['E', 0, 0]],
    ['0', 'AE', '0.00', '100.00', ['AE', 0, 0]],
    ['19', 'S', '19.00', '119.00', ['S', 1900, 1900]]
  ] as const) {
    const { lines, warnings } = await invoiceIn(ubl(one(rate, category, tax, total)))
    t.same([lines[0]?.vat_category, lines[0]?.vat_rate, lines[0]?.vat_cents], expected)
    t.same(warnings, [])
  }
  const final = await invoiceIn(cii({ ...mixed, prepaid: '100.00', due: '108.75' }))
  t.equal(final.announced.prepaid_cents, 10000)
  t.same(final.warnings, [])
  const thirds = await invoiceIn(
    ubl({
      lines: ['33.33', '33.33', '33.33'].map((net, at) => ({ name: `Prise ${at}`, net, rate: '20' })),
      vat: [{ base: '99.99', tax: '20.00', rate: '20' }],
      net: '99.99',
      tax: '20.00',
      total: '119.99'
    })
  )
  t.equal(
    thirds.lines.reduce((sum, line) => sum + line.vat_cents, 0),
    2000,
    'the sum of the lines is the VAT of the rate'
  )
  t.same(thirds.warnings, [])
})

t.test('what does not add up is said, with the difference', async t => {
  const wrong = { ...mixed, net: '181.00', total: '210.00', due: '209.00' }
  const { warnings } = await invoiceIn(cii(wrong))
  t.same(
    warnings.map(({ key, cents }) => [key, cents]),
    [
      ['lines', 100],
      ['total', 25],
      ['due', -100]
    ]
  )
  const off = await invoiceIn(
    cii({
      ...mixed,
      vat: [
        { base: '130.00', tax: '26.99', rate: '20' },
        { base: '50.00', tax: '2.75', rate: '5.50' }
      ],
      tax: '29.74',
      total: '209.74'
    })
  )
  t.same(off.warnings, [{ key: 'rate_vat', cents: 99, text: '20' }], 'what official rules forgive is told here')
})

t.test('bombs, other XML, deep XML and what is no file are turned away with a reason', async t => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]><Invoice>&lol2;</Invoice>`
  t.equal(await nothing(bomb), 'expenses.errors.xml_unsafe')
  t.equal(await nothing(Buffer.from(`\ufeff${bomb}`, 'utf16le')), 'expenses.errors.xml_unsafe', 'in UTF-16, too')
  t.equal(await nothing('<!DOCTYPE Invoice SYSTEM "file:///etc/passwd"><Invoice/>'), 'expenses.errors.xml_unsafe')
  t.equal(
    await nothing(`<Invoice>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</Invoice>`),
    'expenses.errors.xml_unreadable'
  )
  t.equal(await nothing('<Invoice><ID>1</Invoice>'), 'expenses.errors.xml_unreadable')
  t.equal(await nothing('<html><body/></html>'), 'expenses.errors.xml_other')
  t.equal(await nothing('MZ\x90\x00 a program'), 'expenses.errors.file')
  t.equal(await nothing('%PDF-1.7 but nothing of one follows'), 'expenses.errors.not_pdf')
  t.equal(await nothing(''), 'expenses.errors.file')
})

t.test('a PDF without XML, with other XML, encrypted or cut off stays a receipt and says why', async t => {
  const receipt = async (file: Buffer) => {
    const read = await readFile(file)
    return read.what === 'receipt' ? read.why : read
  }
  t.equal(await receipt(await pdf(null)), 'pdf_plain')
  t.equal(await receipt(await pdf('<html/>')), 'pdf_xml')
  t.equal(await receipt(await pdf(cii(mixed), 'notes.txt')), 'pdf_plain')
  const locked = await PDFDocument.create()
  locked.addPage()
  locked.encrypt({ userPassword: 'x', ownerPassword: 'y' })
  t.equal(await receipt(Buffer.from(await locked.save())), 'pdf_encrypted')
})

t.test('an attachment that swells beyond all is none, and a file that hangs costs only its thread', async t => {
  const document = await PDFDocument.create()
  document.addPage()
  const stream = PDFRawStream.of(
    PDFDict.fromMapWithContext(new Map([[PDFName.of('Filter'), PDFName.of('FlateDecode')]]), document.context),
    deflateSync(Buffer.alloc(60_000_000))
  )
  const spec = document.context.obj({
    Type: 'Filespec',
    F: PDFString.of('factur-x.xml'),
    EF: { F: document.context.register(stream) }
  })
  document.catalog.set(PDFName.of('AF'), document.context.obj([spec]))
  const file = Buffer.from(await document.save())
  t.match(await readFile(file), { what: 'receipt', why: 'pdf_unreadable' })
  const many = `<Invoice>${'<a><b>x</b></a>'.repeat(600_000)}</Invoice>`
  const read = await readApart(Buffer.from(many))
  t.not(read.what, 'receipt', 'nine megabytes of nothing are read apart')
  t.match(await readApart(Buffer.from(cii(mixed))), { what: 'invoice', invoice: { number: 'FA-2026-118' } })
})

t.test('mails give what is attached to them, however it is written', async t => {
  const saved = mail([{ name: 'Facture été.xml', type: 'application/xml', content: Buffer.from(ubl(mixed)) }])
  t.ok(isMail(saved))
  t.notOk(isMail(Buffer.from(cii(mixed))))
  t.notOk(isMail(await pdf(null)))
  const read = readMail(saved)
  t.match(read, { from: 'Comptoir électrique <compta@example.test>', subject: 'Votre facture' })
  t.equal(read.attachments.length, 1)
  t.equal(read.attachments[0]?.name, 'Facture été.xml')
  t.equal(read.attachments[0]?.content.toString(), ubl(mixed))
  const forwarded = Buffer.concat([
    Buffer.from('From: a@b.test\r\nTo: c@d.test\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n'),
    saved
  ])
  t.equal(readMail(forwarded).attachments.length, 1, 'a mail in a mail')
  const quoted = Buffer.from(
    'From: a@b.test\nSubject: x\nContent-Type: application/xml; name="f.xml"\nContent-Transfer-Encoding: quoted-printable\n\n<a k=3D"=\n=C3=A9"/>\n'
  )
  t.equal(readMail(quoted).attachments[0]?.content.toString().trim(), '<a k="é"/>')
})

t.test('amounts, days and numbers are read as they are written', async t => {
  for (const [text, cents] of [
    ['12.345', 1235],
    ['-0.005', -1],
    ['.5', 50],
    ['1e3', null],
    ['12,50', null],
    ['9'.repeat(20), null],
    ['-0.00', 0]
  ] as const)
    t.equal(centsOf(text), cents, text)
  t.equal(dayOf('20261131'), null)
  t.equal(dayOf('2026-11-05+01:00'), '2026-11-05')
  t.equal(sirenOf(['73282932000074'], null), '732829320')
  t.equal(sirenOf(['732829321'], null), null, 'a wrong check digit')
  t.ok(isIban('FR1420041010050500013M02606'))
  t.notOk(isIban('FR1420041010050500013M02607'))
})
