import { decimalField, list } from '@patchbay/core'
import type { Page } from '@patchbay/core'
import type { Translate } from '@patchbay/core/i18n'
import type { FastifyRequest } from 'fastify'
import { CatalogueQuery } from './forms.ts'
import { exportItems, listItems } from './queries.ts'
import type { Item } from './queries.ts'

/** What the studio sells. */
export const catalogueList = list<typeof CatalogueQuery, Item>({
  name: 'catalogue.list',
  permission: 'catalogue.read',
  query: CatalogueQuery,
  run: (db, query): Promise<Page<Item>> => listItems(db, query)
})

/** What a file of the list with the request's address holds; wrong filters are passed over, as in the list. */
export async function exportedItems(request: FastifyRequest): Promise<Item[]> {
  const { query } = request
  const filters = CatalogueQuery.safeParse({ ...(query as object), after: undefined, before: undefined })
  return exportItems(request.db, filters.success ? filters.data : CatalogueQuery.parse({}))
}

export const heads = [
  'code',
  'label',
  'description',
  'unit',
  'unit_micros',
  'vat_category',
  'vat_rate',
  'nature',
  'account',
  'package_unit',
  'package_quantity',
  'package_days'
] as const

/** An item as a line of a file for spreadsheets: decimals with a comma. */
export function exportRow(item: Item, { t }: { t: Translate }): string[] {
  return [
    item.code ?? '',
    item.label,
    item.description ?? '',
    t(`catalogue.units.${item.unit}`),
    decimalField(item.unit_micros, 6, 'fr', 2),
    item.vat_category,
    decimalField(item.vat_rate, 2, 'fr'),
    t(`catalogue.natures.${item.nature}`),
    item.account ?? '',
    item.package_unit ? t(`catalogue.package_units.${item.package_unit}`) : '',
    item.package_quantity === null ? '' : decimalField(Math.round(item.package_quantity * 100), 2, 'fr'),
    String(item.package_days ?? '')
  ]
}
