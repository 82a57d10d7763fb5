import { allow, time } from '@patchbay/core'
import { read } from '@patchbay/core/forms'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { styles } from './card.ts'
import { inventoryCsv, valueCsv } from './export.ts'
import { EquipmentQuery, LabelsQuery } from './forms.ts'
import { qrPaths, readableCode } from './labels.ts'
import type { Filters } from './list-queries.ts'
import { listValued, totals } from './report-queries.ts'

/** Ten sheets at once; each unit has a label of its own. */
const mostLabels = 240

/** What leaves the house: labels to stick on, the file of the inventory, the insurer's report. */
export function paperRoutes(app: FastifyInstance): void {
  app.get('/labels', allow('equipment.read'), async (request, reply) => {
    const pieces = await listValued(request.db, asked(LabelsQuery, request))
    const codes = await qrPaths(pieces.map(({ code }) => request.address(`/equipment/scan/${code}`)))
    const labels = pieces.flatMap(({ label, code, serial, quantity }, nth) =>
      Array.from({ length: quantity }, () => ({ label, serial, code: readableCode(code), ...codes[nth] }))
    )
    const title = request.words().t('equipment.labels.title')
    return reply.page('equipment/labels', { styles, title, labels: labels.slice(0, mostLabels), all: labels.length })
  })

  app.get('/export.csv', allow('equipment.read'), async (request, reply) => {
    const pieces = await listValued(request.db, asked(EquipmentQuery, request))
    return csv(reply, 'inventaire', inventoryCsv(pieces, request.words(), request.can('equipment.values')), request)
  })

  app.get('/value', allow('equipment.values'), async (request, reply) => {
    const pieces = await listValued(request.db, none)
    const { t } = request.words()
    return reply.page('equipment/value', {
      styles,
      title: t('equipment.value.title'),
      day: time.today(request.studio.timezone),
      pieces,
      categories: totals(pieces, piece => piece.category),
      places: totals(pieces, piece => piece.room_name ?? ''),
      all: totals(pieces, () => '')[0] ?? { key: '', pieces: 0, units: 0, value: 0, unknown: 0 }
    })
  })

  app.get('/value.csv', allow('equipment.values'), async (request, reply) => {
    const pieces = await listValued(request.db, none)
    return csv(reply, 'valeur-materiel', valueCsv(pieces, request.words()), request)
  })
}

const none = { q: null, category: undefined, room: null, state: undefined }

/** The filters of an address; when one is wrong, none. */
function asked(schema: typeof EquipmentQuery | typeof LabelsQuery, { query, studio }: FastifyRequest): Filters {
  const found = read(schema, query, studio.timezone)
  return found.ok ? found.value : none
}

function csv(reply: FastifyReply, name: string, content: string, { studio }: FastifyRequest): FastifyReply {
  const file = `${name}-${studio.slug}-${time.today(studio.timezone)}.csv`
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${file}"`)
    .send(content)
}
