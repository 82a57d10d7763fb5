import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { removeFile, savePhoto } from '@patchbay/core/storage'
import { AccountsForm, BankForm, IdentityForm, LookForm, RemoveWordingForm, VatForm, WordingForm } from './forms.ts'
import { accountsOf, addWording, changeAccounts, changeCard, findCard, removeWording } from './queries.ts'
import type { Card } from './queries.ts'

const permission = 'legal.write'
const about = () => ({})
/** A studio has one. */
const card_id = 1

/** Who the studio is. A French VAT number that is not of this SIREN is forgotten, and missed then. */
export const changeIdentity = action({
  name: 'legal.change_identity',
  permission,
  input: IdentityForm,
  about,
  async run(running, { version, ...identity }) {
    const { siren, siret, electronic_address } = identity
    if (siret !== null && siren !== null && !siret.startsWith(siren))
      throw refuse({ siret: 'legal.errors.siret_siren' })
    // a SIRET alone says the SIREN
    const known = siren ?? siret?.slice(0, 9) ?? null
    if (electronic_address !== null && known !== null && !electronic_address.startsWith(known))
      throw refuse({ electronic_address: 'legal.errors.electronic_siren' })
    const { vat_number } = await findCard(running.db)
    const strange = known !== null && vat_number?.startsWith('FR') && !vat_number.endsWith(known)
    return write(running, { ...identity, siren: known, ...(strange && { vat_number: null }) }, version)
  }
})

/** How it stands with VAT. */
export const changeVat = action({
  name: 'legal.change_vat',
  permission,
  input: VatForm,
  about,
  async run(running, { version, ...vat }) {
    if (vat.vat_regime === 'franchise' && vat.vat_on_debits) throw refuse({ vat_on_debits: 'legal.errors.debits' })
    const { siren } = await findCard(running.db)
    if (siren !== null && vat.vat_number?.startsWith('FR') && !vat.vat_number.endsWith(siren))
      throw refuse({ vat_number: 'legal.errors.vat_siren' })
    return write(running, vat, version)
  }
})

/** Where it is paid, and when. */
export const changeBank = action({
  name: 'legal.change_bank',
  permission,
  input: BankForm,
  about,
  run: (running, { version, ...bank }) => write(running, bank, version)
})

/** What its papers look like. A new logo takes the place of the old; papers that were issued keep their bytes. */
export const changeLook = action({
  name: 'legal.change_look',
  permission,
  input: LookForm,
  about,
  async run(running, { version, logo, remove_logo, ...look }) {
    const saved = logo && (await savePhoto(running, logo, 'logo', { field: 'logo', most: 800, kind: 'png' }))
    const { logo_file_id: before } = await findCard(running.db)
    const logo_file_id = saved ? saved.id : remove_logo ? null : before
    const id = await write(running, { ...look, logo_file_id }, version)
    if (before !== logo_file_id) await removeFile(running, before)
    return id
  }
})

/** A sentence in the studio's words from a day on; what was said before stays written down. */
export const addWordingAction = action({
  name: 'legal.add_wording',
  permission,
  input: WordingForm,
  about,
  async run({ db, studio, tell }, { code, valid_from, text_fr, text_en }) {
    if (valid_from < time.today(studio.timezone)) throw refuse({ valid_from: 'legal.errors.in_the_past' })
    await addWording(db, { code, language: 'fr', valid_from, text: text_fr })
    await addWording(db, { code, language: 'en', valid_from, text: text_en })
    tell('legal.changed', { card_id })
    return { code }
  }
})

/** Takes back a sentence of the studio's that has not begun. */
export const removeWordingAction = action({
  name: 'legal.remove_wording',
  permission,
  input: RemoveWordingForm,
  about,
  async run({ db, studio, tell }, { code, valid_from }) {
    const coming = valid_from > time.today(studio.timezone)
    if (!coming || !(await removeWording(db, code, valid_from))) throw notFound()
    tell('legal.changed', { card_id })
    return { code }
  }
})

/** The ledger's accounts; what was exported stays as it was. */
export const changeAccountsAction = action({
  name: 'legal.change_accounts',
  permission,
  input: AccountsForm,
  about,
  async run({ db, tell, changed }, accounts) {
    changed(await accountsOf(db), accounts)
    await changeAccounts(db, accounts)
    tell('legal.changed', { card_id })
    return { card_id }
  }
})

async function write(
  { db, tell, changed }: Running,
  fields: Partial<Omit<Card, 'id' | 'version'>>,
  version: number | null
): Promise<{ card_id: number }> {
  const before = await findCard(db)
  if (!(await changeCard(db, fields, version))) throw refuse({ version: 'legal.errors.stale' })
  changed(before, fields)
  tell('legal.changed', { card_id })
  return { card_id }
}
