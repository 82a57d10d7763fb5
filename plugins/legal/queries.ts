import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Accounts, VatRegime, WordingCode } from './contract.ts'

/** The studio's card as it is stored. */
export interface Card {
  id: number
  name: string | null
  trade_name: string | null
  legal_form: string | null
  capital_cents: number | null
  address: string | null
  postal_code: string | null
  city: string | null
  country: string
  siren: string | null
  siret: string | null
  register: string | null
  email: string | null
  phone: string | null
  website: string | null
  electronic_address: string | null
  vat_regime: VatRegime
  vat_on_debits: boolean
  vat_number: string | null
  iban: string | null
  bic: string | null
  account_holder: string | null
  payment_days: number
  end_of_month: boolean
  logo_file_id: number | null
  colour: string | null
  introduction: string | null
  footer: string | null
  version: number
}

/** The card; every studio has one. */
export async function findCard(db: Db): Promise<Card> {
  const [card] = await rowsOf<Card>(db, 'select * from legal_cards')
  if (!card) throw new Error('the legal card is gone: its migration made it')
  return card
}

/** Writes some fields of it. With a version, only while it is still that one: false when it is not. */
export async function changeCard(
  db: Db,
  fields: Partial<Omit<Card, 'id' | 'version'>>,
  version: number | null
): Promise<boolean> {
  const changed = await db('legal_cards')
    .where(version === null ? {} : { version })
    .update({ ...fields, version: db.raw('version + 1'), updated_at: db.fn.now() })
  return changed === 1
}

/** A sentence with the days it is printed on; null: from now on. */
export interface Wording {
  id: number
  code: WordingCode
  language: 'fr' | 'en'
  valid_from: string
  valid_to: string | null
  text: string
  own: boolean
}

/** What is printed on a day, by its code. */
export async function wordingsOn(db: Db, on: string, language: 'fr' | 'en'): Promise<Record<WordingCode, string>> {
  const rows = await rowsOf<Pick<Wording, 'code' | 'text'>>(
    db,
    `select distinct on (code) code, text from legal_wordings
     where language = ? and valid_from <= ? and (valid_to is null or valid_to >= ?)
     order by code, valid_from desc`,
    [language, on, on]
  )
  return Object.fromEntries(rows.map(({ code, text }) => [code, text])) as Record<WordingCode, string>
}

/** Every sentence there was, is and will be; the latest first. */
export function listWordings(db: Db): Promise<Wording[]> {
  return rowsOf<Wording>(db, 'select * from legal_wordings order by code, language desc, valid_from desc, id desc')
}

/** A sentence of the studio's own from a day on, in place of one that was to begin that day. Its id. */
export async function addWording(
  db: Db,
  wording: Pick<Wording, 'code' | 'language' | 'valid_from' | 'text'>
): Promise<number> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `insert into legal_wordings (code, language, valid_from, text, own) values (?, ?, ?, ?, true)
     on conflict (code, language, valid_from) do update set text = excluded.text, own = true, valid_to = null
     returning id`,
    [wording.code, wording.language, wording.valid_from, wording.text]
  )
  return row?.id ?? 0
}

/** Takes back what was to begin on that day, in both languages; false when nothing of the studio's was. */
export async function removeWording(db: Db, code: WordingCode, valid_from: string): Promise<boolean> {
  return (await db('legal_wordings').where({ code, valid_from, own: true }).delete()) > 0
}

/** The studio's accounts. */
export async function accountsOf(db: Db): Promise<Accounts> {
  const rows = await rowsOf<{ use: keyof Accounts; account: string }>(db, 'select use, account from legal_accounts')
  return Object.fromEntries(rows.map(({ use, account }) => [use, account])) as unknown as Accounts
}

export async function changeAccounts(db: Db, accounts: Accounts): Promise<void> {
  const rows = Object.entries(accounts).map(([use, account]) => ({ use, account: account as string }))
  await db('legal_accounts').insert(rows).onConflict('use').merge()
}

/** Is one of these plugins on here? Whoever writes papers needs the card. */
export async function anyOn(db: Db, ids: readonly string[]): Promise<boolean> {
  const [row] = await rowsOf<{ off: number }>(
    db,
    'select count(*)::integer as off from plugins where id = any(?) and not enabled',
    [ids]
  )
  return (row?.off ?? 0) < ids.length
}
