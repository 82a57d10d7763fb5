import { all, attribute, first, readXml, textOf } from '@patchbay/core/xml'
import type { Element } from '@patchbay/core/xml'
import { dayIn } from './csv-cells.ts'
import type { StatementLine } from './statement.ts'

/** One account's part of a file. */
export interface Statement {
  iban: string | null
  currency: string
  balance: { cents: number; on: string } | null
  lines: StatementLine[]
}

/** CAMT.053, versions 02 to 08, of any prefix; the key of a sentence says why it cannot be read. */
export function readCamt(bytes: Uint8Array): Statement[] | { wrong: string } {
  const read = readXml(bytes)
  if ('wrong' in read) return { wrong: `bank.errors.${read.wrong}` }
  const statements = all(read.root, 'BkToCstmrStmt/Stmt')
  if (read.name !== 'Document' || statements.length === 0) return { wrong: 'bank.errors.not_camt' }
  return statements.map(statementOf)
}

function statementOf(statement: Element): Statement {
  const account = first(statement, 'Acct')
  const entries = all(statement, 'Ntry')
  const currency = textOf(account, 'Ccy') ?? attribute(first(entries[0], 'Amt'), 'Ccy') ?? 'EUR'
  return {
    iban: textOf(account, 'Id/IBAN')?.replace(/\s/g, '').toUpperCase() ?? null,
    currency,
    balance: balanceOf(statement),
    lines: entries.flatMap(entry => linesOf(entry, currency))
  }
}

/** The booked balance at the end. */
function balanceOf(statement: Element): Statement['balance'] {
  const closing = all(statement, 'Bal').find(one => textOf(one, 'Tp/CdOrPrtry/Cd') === 'CLBD')
  const [cents, on] = [closing && signed(closing), closing && dayOf(first(closing, 'Dt'))]
  return cents === null || cents === undefined || !on ? null : { cents, on }
}

/** An entry; one that gathers several payments gives each of them, if they make the whole. What is only announced gives none. */
function linesOf(entry: Element, currency: string): StatementLine[] {
  const status = textOf(entry, 'Sts/Cd') ?? textOf(entry, 'Sts')
  const cents = signed(entry)
  const booked_on = dayOf(first(entry, 'BookgDt')) ?? dayOf(first(entry, 'ValDt'))
  if ((status !== null && status !== 'BOOK') || cents === null || cents === 0 || !booked_on) return []
  const details = all(entry, 'NtryDtls/TxDtls')
  const amounts = details.map(one => detailCents(one, entry))
  const whole =
    amounts.every(amount => amount !== null) && amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0)
  const parts = details.length > 1 && whole === cents ? details : details.slice(0, 1)
  const reference = textOf(entry, 'AcctSvcrRef')
  const shared = {
    booked_on,
    value_on: dayOf(first(entry, 'ValDt')),
    currency: attribute(first(entry, 'Amt'), 'Ccy') ?? currency
  }
  if (parts.length < 2) {
    const bank_reference = reference ?? textOf(parts[0], 'Refs/AcctSvcrRef')
    return [{ ...shared, ...saidBy(parts[0], entry, cents), cents, bank_reference }]
  }
  return parts.map((part, at) => {
    const own = textOf(part, 'Refs/AcctSvcrRef')
    const bank_reference = own && own !== reference ? own : reference && `${reference}/${at + 1}`
    const amount = amounts[at] ?? 0
    return { ...shared, ...saidBy(part, entry, amount), cents: amount, bank_reference }
  })
}

/** Who it was with, and what it says: names of the other side, whatever the version. */
function saidBy(detail: Element | undefined, entry: Element, cents: number) {
  const side = cents > 0 ? 'Dbtr' : 'Cdtr'
  const parties = first(detail, 'RltdPties')
  const counterparty = textOf(parties, `${side}/Nm`) ?? textOf(parties, `${side}/Pty/Nm`)
  const told = all(detail, 'RmtInf/Ustrd').map(one => textOf(one))
  const structured = [textOf(detail, 'RmtInf/Strd/CdtrRefInf/Ref'), textOf(detail, 'RmtInf/Strd/RfrdDocInf/Nb')]
  const texts = [...told, ...structured, textOf(detail, 'AddtlTxInf'), textOf(entry, 'AddtlNtryInf')].filter(Boolean)
  const end = textOf(detail, 'Refs/EndToEndId')
  return {
    label: ([...new Set(texts)].join(' ') || counterparty || '?').slice(0, 1000),
    counterparty: counterparty?.slice(0, 200) ?? null,
    counterparty_iban: textOf(parties, `${side}Acct/Id/IBAN`)?.slice(0, 40) ?? null,
    reference: end && end !== 'NOTPROVIDED' ? end.slice(0, 200) : null
  }
}

function detailCents(detail: Element, entry: Element): number | null {
  const amount = textOf(detail, 'Amt') ?? textOf(detail, 'AmtDtls/TxAmt/Amt')
  return signedBy(amount, textOf(detail, 'CdtDbtInd') ?? textOf(entry, 'CdtDbtInd'))
}

const signed = (element: Element): number | null => signedBy(textOf(element, 'Amt'), textOf(element, 'CdtDbtInd'))

/** `12.34` and CRDT or DBIT as cents. */
function signedBy(text: string | null, side: string | null): number | null {
  const [, whole, decimals = ''] = /^(\d{1,13})(?:\.(\d{1,5}))?$/.exec(text ?? '') ?? []
  if (whole === undefined || /[1-9]/.test(decimals.slice(2))) return null
  const cents = Number(whole) * 100 + Number(decimals.slice(0, 2).padEnd(2, '0'))
  return side === 'DBIT' && cents !== 0 ? -cents : cents
}

const dayOf = (date: Element | undefined): string | null =>
  dayIn((textOf(date, 'Dt') ?? textOf(date, 'DtTm') ?? '').slice(0, 10))
