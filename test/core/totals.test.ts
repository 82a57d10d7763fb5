import fc from 'fast-check'
import t from 'tap'
import { lineTotal, shareOut, splitVat, totals, vatOf, withoutVat } from '../../core/totals.ts'
import type { PricedLine } from '../../core/totals.ts'

const line = (quantity: number, unit: number, over: Partial<PricedLine> = {}): PricedLine => ({
  quantity,
  unit_micros: Math.round(unit * 1_000_000),
  discount_bp: 0,
  discount_cents: 0,
  vat_category: 'S',
  vat_rate: 2000,
  ...over
})

t.test('amounts of lines, to the cent', async t => {
  const cases: [PricedLine, gross: number, net: number][] = [
    [line(12.5, 45), 562_50, 562_50],
    [line(3, 180, { discount_bp: 1000 }), 540_00, 486_00],
    [line(1, 0.005), 1, 1], // half a cent goes away from zero
    [line(-1, 0.005), -1, -1],
    [line(1, 0.004999), 0, 0],
    [line(3, 0.335), 1_01, 1_01], // 1.005, which floats make 1.00
    [line(1, 4.35, { discount_bp: 1 }), 4_35, 4_35],
    [line(0.0001, 0.01), 0, 0],
    [line(0.3333, 100), 33_33, 33_33],
    [line(7, 3.335, { discount_cents: 99 }), 23_35, 22_36],
    [line(1, 0.000001), 0, 0],
    [line(1_000_000, 0.000005), 5_00, 5_00],
    [line(1, 99.99, { discount_bp: 10_000 }), 99_99, 0],
    [line(-2, 45, { discount_bp: 1000 }), -90_00, -81_00]
  ]
  for (const [one, gross_cents, net_cents] of cases)
    t.match(lineTotal(one), { gross_cents, net_cents }, JSON.stringify(one))
})

t.test('VAT by rate, on the sum of the lines and not line by line', async t => {
  const pennies = totals([line(1, 0.02), line(1, 0.02), line(1, 0.02)])
  t.match(pennies, { net_cents: 6, vat_cents: 1, total_cents: 7 }, 'line by line it would be nothing')
  const cases: [base: number, rate: number, vat: number][] = [
    [1_00, 2000, 20],
    [2_50, 2000, 50],
    [1_13, 2000, 23],
    [12, 2000, 2],
    [13, 2000, 3],
    [-13, 2000, -3],
    [10, 550, 1],
    [9, 550, 0],
    [1_00, 210, 2],
    [1_00, 105, 1],
    [1_00, 90, 1],
    [1_00, 175, 2],
    [1_00, 850, 9],
    [50, 0, 0],
    [99_999_999_99, 2000, 20_000_000_00]
  ]
  for (const [base, rate, vat] of cases) t.equal(vatOf(base, rate), vat, `${rate} of ${base}`)
})

t.test('a discount of the whole falls on each rate as its lines weigh', async t => {
  const lines = [line(1, 100), line(1, 50, { vat_rate: 550 })]
  t.match(totals(lines, { discount_bp: 1000, discount_cents: 0 }), {
    discount_cents: 15_00,
    vat: [
      { vat_rate: 2000, base_cents: 90_00, vat_cents: 18_00 },
      { vat_rate: 550, base_cents: 45_00, vat_cents: 2_48 }
    ],
    total_cents: 155_48
  })
  t.match(totals(lines, { discount_bp: 0, discount_cents: 10_00 }), {
    vat: [{ discount_cents: 6_67 }, { discount_cents: 3_33 }],
    net_cents: 140_00
  })
  t.same(totals([]), {
    lines: [],
    vat: [],
    line_cents: 0,
    discount_cents: 0,
    net_cents: 0,
    vat_cents: 0,
    total_cents: 0
  })
  t.throws(() => totals([line(1_000_000, 9_000_000_000)]), RangeError)
})

const anyLine = fc.record({
  quantity: fc.integer({ min: -50_000_000, max: 50_000_000 }).map(e4 => e4 / 10_000),
  unit_micros: fc.integer({ min: 0, max: 5_000_000_000 }),
  discount_bp: fc.integer({ min: 0, max: 10_000 }),
  discount_cents: fc.constant(0),
  vat_category: fc.constant('S' as const),
  vat_rate: fc.constantFrom(2000, 1000, 850, 550, 210, 175, 105, 90)
})
const anyWhole = fc.oneof(
  fc.record({ discount_bp: fc.integer({ min: 0, max: 10_000 }), discount_cents: fc.constant(0) }),
  fc.record({ discount_bp: fc.constant(0), discount_cents: fc.integer({ min: 0, max: 1_000_000 }) })
)
const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0)

t.test('sums of lines, of rates and of the whole always agree', async t => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 30 }), anyWhole, (lines, whole) => {
      const all = totals(lines, whole)
      const { vat } = all
      const bases = vat.map(group => group.base_cents)
      return (
        all.line_cents === sum(all.lines.map(one => one.net_cents)) &&
        all.net_cents === sum(bases) &&
        all.net_cents === all.line_cents - all.discount_cents &&
        all.total_cents === all.net_cents + sum(vat.map(group => group.vat_cents)) &&
        vat.every(group => Math.abs(group.vat_cents - (group.base_cents * group.vat_rate) / 10_000) <= 0.5)
      )
    }),
    { numRuns: 500 }
  )
  t.pass()
})

t.test('a credit note mirrors its invoice', async t => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 20 }), lines => {
      const back = totals(lines.map(one => ({ ...one, quantity: -one.quantity })))
      return back.total_cents === -totals(lines).total_cents || back.total_cents + totals(lines).total_cents === 0
    })
  )
  t.pass()
})

t.test('what is shared out is neither more nor less', async t => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.array(fc.nat(1e6), { minLength: 1, maxLength: 12 }),
      (cents, weights) => {
        const parts = shareOut(cents, weights)
        return sum(parts) === cents && parts.every(part => part === 0 || Math.sign(part) === Math.sign(cents))
      }
    )
  )
  t.same(shareOut(100, [1, 1, 1]), [34, 33, 33])
  t.same(shareOut(-1, [1, 1]), [-1, 0])
})

t.test('payments in any parts split into VAT that sums to each, and all of them to the document', async t => {
  fc.assert(
    fc.property(
      fc.array(
        anyLine.filter(one => one.quantity > 0),
        { minLength: 1, maxLength: 8 }
      ),
      fc.nat(1e6),
      (lines, paid) => {
        const { vat, total_cents } = totals(lines)
        const cents = Math.min(paid, total_cents)
        const parts = splitVat(cents, vat)
        return sum(parts.map(part => part.base_cents + part.vat_cents)) === cents
      }
    )
  )
  const whole = totals([line(1, 100), line(1, 50, { vat_rate: 550 })])
  t.same(
    splitVat(whole.total_cents, whole.vat).map(part => part.vat_cents),
    whole.vat.map(group => group.vat_cents)
  )
})

t.test('prices with VAT come out as they were, but for the one that a rate cannot make', async t => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 100_000_00 }), { minLength: 1, maxLength: 10 }),
      fc.constantFrom(2000, 1000, 550, 210),
      (cents, rate) => {
        const net = sum(withoutVat(cents, rate))
        return Math.abs(net + vatOf(net, rate) - sum(cents)) <= 1
      }
    )
  )
  t.same(withoutVat([120_00], 2000), [100_00])
})
