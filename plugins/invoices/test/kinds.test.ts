import t from 'tap'
import type { Test } from 'tap'
import { filesOf, readStored } from '../../../core/storage.ts'
import { openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'
import { addClient, addDraft, fillCard, issue, line, privately } from './drafting.ts'
import type { Drafted, Issued } from './drafting.ts'
import { Cii, attachmentsOf, broken, plainSpaces, schemaErrors, textOf } from './factur-x.ts'

const eur = (cents: number, currency = 'EUR') =>
  plainSpaces(
    new Intl.NumberFormat('fr-FR', {
      style: 'currency',
      currency,
      minimumFractionDigits: 2,
      maximumFractionDigits: 2
    }).format(cents / 100)
  )

/** The paper of an issued document, and what is inside. */
async function paperOf({ host, studio, db }: House, row: Issued) {
  const pdf = await readStored({ db, folder: filesOf(host.env, studio) }, row.pdf_file_id)
  const [file] = await attachmentsOf(pdf)
  const xml = file?.data ?? new Uint8Array()
  return { pdf, file, xml, cii: new Cii(xml), text: await textOf(pdf) }
}

/** Everything that must hold of every issued document, whatever it is. */
async function sound(t: Test, house: House, row: Issued) {
  const paper = await paperOf(house, row)
  const { file, xml, cii, pdf, text } = paper
  t.same(schemaErrors(xml), [], 'valid by its schema')
  t.same(broken(cii), [], 'and by the rules')
  t.match(file, { name: 'factur-x.xml', mimeType: 'text/xml', afRelationship: 'Alternative' })
  const raw = pdf.toString('latin1')
  for (const marker of [
    '<pdfaid:part>3',
    '<pdfaid:conformance>B',
    '<fx:ConformanceLevel>EN 16931',
    '/OutputIntent',
    '/AFRelationship /Alternative'
  ])
    t.ok(raw.includes(marker), `has ${marker}`)
  t.equal(cii.one('//rsm:ExchangedDocument/ram:ID'), row.number)
  t.ok(text.includes(row.number), 'the paper has the number')
  const currency = cii.one('//ram:InvoiceCurrencyCode') ?? ''
  const amounts = cii
    .nodes('//*[contains(local-name(), "Amount")]')
    .filter(node => /Total|Basis|Due|Calculated|Actual/.test(node.name))
  for (const node of amounts) {
    const cents = Math.round(Number(node.content) * 100)
    const own = node.attrs.find(one => one.name === 'currencyID')?.value ?? currency
    t.ok(text.includes(eur(Math.abs(cents), own)), `the paper says ${eur(cents, own)} (${node.name})`)
  }
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(row.issue_date) ?? []
  t.ok(text.includes(`${day}/${month}/${year}`), 'the paper has the date')
  return paper
}

t.test('every kind of document is right in law, in its XML and on paper', async t => {
  const house = await openStudio(t)
  const { db, owner } = house
  await fillCard(db)
  const client = await addClient(db)
  const make = async (draft: Drafted, more: Record<string, unknown> = {}, of = client) =>
    issue(owner, db, await addDraft(db, of, draft), more)

  await t.test('plain', async t => {
    const row = await make({
      lines: [line(12.5, 45)],
      order_number: 'PO-4512',
      service_from: '2026-11-02',
      service_to: '2026-11-10'
    })
    const { cii, text } = await sound(t, house, row)
    t.equal(row.number, `F${row.issue_date.slice(0, 4)}-000001`)
    t.equal(cii.one('//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID'), 'S1')
    t.equal(cii.one('//ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID'), 'PO-4512')
    t.equal(cii.one('//ram:PaymentReference'), row.number)
    t.equal(cii.one('//ram:DueDateTypeCode'), '72')
    t.equal(cii.one('//ram:BillingSpecifiedPeriod/ram:EndDateTime'), '20261110')
    for (const words of [
      'Studio des Érables & Fils <Rennes>',
      'Groupe « Les Œillets » & Cie',
      'RCS Rennes',
      'FR44732829320',
      'IBAN',
      'PO-4512'
    ])
      t.ok(text.includes(words), words)
    t.equal(row.settled_on, null)
  })

  await t.test('several rates, goods and services', async t => {
    const row = await make({
      lines: [
        line(3, 19.99),
        line(40, 6.33, { unit: 'piece', nature: 'goods', vat_rate: 550 }),
        line(1, 0.333333, { vat_rate: 210 })
      ]
    })
    const { cii } = await sound(t, house, row)
    t.equal(row.framework, 'M1')
    t.equal(cii.all('//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax').length, 3)
  })

  await t.test('discounts on lines and in all', async t => {
    const lines = [
      line(3, 180, { discount_bp: 1000 }),
      line(7, 3.335, { discount_cents: 99, vat_rate: 550 }),
      line(-1, 20)
    ]
    const { cii, text } = await sound(
      t,
      house,
      await make({ lines, discount_cents: 1001, discount_label: 'Remise <fidélité> & 🎵' })
    )
    t.equal(cii.all('//ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradeAllowanceCharge').length, 2)
    t.ok(text.includes('Remise <fidélité> &'))
    const part = await sound(t, house, await make({ lines, discount_bp: 333 }))
    t.ok(part.text.includes('Remise (3,33 %)'), 'the part it is stands on the paper as in the XML')
  })

  await t.test('a private person', async t => {
    const of = await addClient(db, privately)
    const { cii, text } = await sound(t, house, await make({ lines: [line(1, 100)] }, {}, of))
    t.equal(cii.one(`//ram:IncludedNote[ram:SubjectCode='BAR']/ram:Content`), 'B2C')
    t.equal(cii.one(`//ram:BuyerTradeParty//ram:URIID[@schemeID='EM']`), 'zoe@example.test')
    t.notOk(text.includes('40'), 'no recovery fee is claimed')
    const unknown = await addClient(db, { ...privately, email: null })
    const silent = await sound(t, house, await make({ lines: [line(1, 100)] }, {}, unknown))
    const [address] = silent.cii.all('//ram:BuyerTradeParty/ram:URIUniversalCommunication/ram:URIID')
    t.equal(address, 'compta@erables.example', 'who has no mail is written to by the studio')
  })

  await t.test('deposits, and the final invoice that takes two off', async t => {
    const first = await make({ kind: 'deposit', lines: [line(1, 100, { label: 'Acompte 1' })] })
    const second = await make({ kind: 'deposit', lines: [line(1, 50, { label: 'Acompte 2' })] })
    t.match((await sound(t, house, first)).cii.one('//rsm:ExchangedDocument/ram:TypeCode'), '386')
    t.equal(first.due_date, first.issue_date, 'due at once')
    const deposits = [
      { id: first.id, cents: 12_000 },
      { id: second.id, cents: 6000 }
    ]
    const row = await make({ lines: [line(10, 45)], deposits })
    const { cii, text } = await sound(t, house, row)
    t.equal(row.framework, 'S4')
    t.equal(cii.cents('//ram:TotalPrepaidAmount'), 18_000)
    t.same(cii.all('//ram:InvoiceReferencedDocument/ram:IssuerAssignedID'), [first.number, second.number])
    t.ok(text.includes(first.number) && text.includes(second.number))
    t.equal(row.open_cents, 36_000)
    const whole = await make({ kind: 'deposit', lines: [line(1, 10)] })
    const settled = await make({ lines: [line(1, 10)], deposits: [{ id: whole.id, cents: 1200 }] })
    await sound(t, house, settled)
    t.equal(settled.settled_on, settled.issue_date, 'nothing is left to pay')
    t.equal((await paperOf(house, settled)).cii.one('//ram:IBANID'), undefined, 'and no account is asked to be paid to')
  })

  await t.test('already paid', async t => {
    const row = await make({ lines: [line(2, 30)] }, { paid_method: 'card' })
    const { cii, text } = await sound(t, house, row)
    t.equal(row.framework, 'S2')
    t.equal(cii.one('//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode'), '48')
    t.equal(row.open_cents, 0, 'and the payment is in the journal')
    t.ok(text.includes('Déjà réglé'))
  })

  await t.test('a credit note in part, and a corrected invoice', async t => {
    const row = await make({ lines: [line(10, 45)] })
    const credit = await make({ kind: 'credit_note', lines: [line(2, 45)], refers_to: [row.id] })
    const { cii } = await sound(t, house, credit)
    t.equal(cii.one('//rsm:ExchangedDocument/ram:TypeCode'), '381')
    t.match(credit.number, /^A\d{4}-000001$/)
    t.equal(cii.one('//ram:InvoiceReferencedDocument/ram:IssuerAssignedID'), row.number)
    t.equal(cii.nodes('//ram:SpecifiedTradeSettlementPaymentMeans').length, 0)
    const wrong = await make({ lines: [line(3, 45)] })
    const corrected = await make({ kind: 'corrected', lines: [line(3, 40)], refers_to: [wrong.id] })
    t.equal((await sound(t, house, corrected)).cii.one('//rsm:ExchangedDocument/ram:TypeCode'), '384')
  })

  await t.test('a foreign currency', async t => {
    const exchange = { currency: 'USD', exchange_rate: '0.92345678', exchange_source: 'BCE', exchange_on: '2026-11-20' }
    const { cii, text } = await sound(t, house, await make({ lines: [line(3, 123.45)], ...exchange }))
    t.equal(cii.one('//ram:TaxCurrencyCode'), 'EUR')
    t.equal(cii.cents(`//ram:TaxTotalAmount[@currencyID='EUR']`), Math.round(7407 * 0.92345678))
    t.ok(text.includes('0,92345678'))
    await sound(t, house, await make({ lines: [line(3, 1123.45)], ...exchange, currency: 'JPY' }))
    const old = await addDraft(db, client, { lines: [line(1, 5)], ...exchange, currency: 'DEM' })
    const refused = await owner.api('POST', '/invoices/issue', { id: old }, { confirm: 'true' })
    t.match(refused.json(), { errors: { currency: /devise n’existe pas/ } })
  })

  await t.test('reverse charge, inside the EU and export', async t => {
    const belgian = { country: 'BE', siren: null, vat_number: 'BE0123456749', city: 'Bruxelles', postal_code: '1000' }
    const of = await addClient(db, belgian)
    const zero = { vat_rate: 0 } as const
    const ae = await sound(t, house, await make({ lines: [line(1, 100, { ...zero, vat_category: 'AE' })] }, {}, of))
    t.equal(
      ae.cii.one('//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax/ram:ExemptionReasonCode'),
      'VATEX-EU-AE'
    )
    t.ok(ae.text.includes('Autoliquidation') && ae.text.includes('BE0123456749'))
    await sound(
      t,
      house,
      await make({ lines: [line(1, 100, { ...zero, vat_category: 'K', nature: 'goods' })] }, {}, of)
    )
    const swiss = await addClient(db, {
      country: 'CH',
      siren: null,
      vat_number: 'CHE123456789',
      city: 'Genève',
      postal_code: '1200'
    })
    const g = await sound(t, house, await make({ lines: [line(1, 100, { ...zero, vat_category: 'G' })] }, {}, swiss))
    t.equal(
      g.cii.one('//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax/ram:ExemptionReasonCode'),
      'VATEX-EU-G'
    )
    await sound(t, house, await make({ lines: [line(1, 100, { ...zero, vat_category: 'O' })] }))
  })

  await t.test('what would be refused on its way is refused here', async t => {
    const wrong = async (over: Record<string, unknown>, billing: Record<string, unknown> = {}) => {
      const id = await addDraft(db, await addClient(db, over, billing), { lines: [line(1, 100)] })
      const answer = await owner.api('POST', '/invoices/issue', { id }, { confirm: 'true' })
      const { errors } = answer.json<{ errors: Record<string, string> }>()
      return errors['client_id'] ?? errors['billing'] ?? ''
    }
    t.match(await wrong({ country: 'UK' }), 'Le pays du client n’existe pas')
    t.match(await wrong({ country: 'US', siren: null, vat_number: 'EIN123456' }), 'ne commence pas par un pays')
    t.match(await wrong({}, { electronic_address: 'factures@oeillets.example' }), 'ne commence pas par son SIREN')
  })

  await t.test('figures and references are never broken', async t => {
    const order_number = 'BC-2026-000000001234567890-ABCDEF'
    const row = await make({ lines: [line(1, 1_000_000_000_000, { discount_bp: 1 })], order_number })
    const { text } = await sound(t, house, row)
    t.ok(text.includes('1 000 000 000 000,00 €'))
    t.ok(text.includes(order_number))
  })

  await t.test('VAT on débits', async t => {
    await fillCard(db, { vat_on_debits: true })
    const { cii, text } = await sound(t, house, await make({ lines: [line(1, 100)] }))
    t.equal(cii.one('//ram:DueDateTypeCode'), '5')
    t.ok(text.includes('débits'))
    await fillCard(db, { vat_on_debits: false })
  })

  await t.test('franchise, in English', async t => {
    await fillCard(db, {
      vat_regime: 'franchise',
      vat_number: null,
      legal_form: 'EI',
      capital_cents: null,
      register: null
    })
    const row = await make({ language: 'en', lines: [line(1, 100, { vat_category: 'E', vat_rate: 0 })] })
    const { cii, xml, text } = await paperOf(house, row)
    t.same([...schemaErrors(xml), ...broken(cii)], [])
    t.equal(
      cii.one('//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax/ram:ExemptionReasonCode'),
      'VATEX-FR-FRANCHISE'
    )
    t.ok(text.includes('293 B') && text.includes('€100.00'))
    const refused = await owner.api(
      'POST',
      '/invoices/issue',
      { id: await addDraft(db, client, { lines: [line(1, 5)] }) },
      { confirm: 'true' }
    )
    t.equal(refused.statusCode, 422, 'no VAT may stand on it')
  })
})
