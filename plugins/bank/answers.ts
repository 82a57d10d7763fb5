import { rowsOf } from '@patchbay/core'
import type { Plugin, Section } from '@patchbay/core'
import { countLines } from './queries.ts'

/** What the bank says where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'invoices.tabs'({ can, base, t }) {
    return can('bank.read') ? { href: `${base}/bank`, label: t('bank.title'), order: 30 } : undefined
  },
  async 'core.today'({ db, can }): Promise<Section | undefined> {
    if (!can('bank.write')) return undefined
    const counts = await countLines(db)
    return counts.open > 0 ? { view: 'bank/_today', data: { counts } } : undefined
  },
  async 'core.records'({ db, can, base, fmt }, { about }) {
    const ids = about.filter(record => record.startsWith('bank_line:')).map(record => Number(record.slice(10)))
    if (ids.length === 0 || !can('bank.read')) return undefined
    const named = await rowsOf<{ id: number; label: string; cents: number; currency: string }>(
      db,
      'select id, left(label, 60) as label, cents, currency from bank_lines where id = any(?)',
      [ids]
    )
    return Object.fromEntries(
      named.map(({ id, label, cents, currency }) => [
        `bank_line:${id}`,
        { label: `${label} · ${fmt.money(cents, currency)}`, href: `${base}/bank/${id}` }
      ])
    )
  },
  async 'core.search'({ db, can, base, fmt, t }, { text }) {
    if (!can('bank.read')) return []
    const rows = await rowsOf<{ id: number; label: string; cents: number; currency: string; booked_on: string }>(
      db,
      `select id, label, cents, currency, booked_on from bank_lines
       where search like '%' || fold(?) || '%' order by booked_on desc, id desc limit 3`,
      [text.replace(/[%_\\]/g, '\\$&')]
    )
    return rows.map(({ id, label, cents, currency, booked_on }) => ({
      href: `${base}/bank/${id}`,
      label: label.slice(0, 80),
      hint: `${fmt.day(booked_on)} · ${fmt.money(cents, currency)}`,
      icon: 'landmark',
      group: t('bank.title')
    }))
  }
}
