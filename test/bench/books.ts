import { table } from './figures.ts'
import type { Tenant } from './house.ts'
import type { Arms } from './pages.ts'

/** The entries of a year of 5,000 documents, as the tax office's file: seconds until its last line is read. */
export async function measureBooks(
  { app, figures, weigh }: Arms,
  { studio, cookie }: Tenant,
  year: number
): Promise<void> {
  const url = await app.ask<string>('url')
  const seconds: number[] = []
  let lines = 0
  for (let round = 0; round < 3; round++) {
    const start = performance.now()
    const answer = await fetch(`${url}/s/${studio.slug}/reports/fec.txt?year=${year}`, { headers: { cookie } })
    if (!answer.ok) throw new Error(`the file of entries answered ${answer.status}`)
    lines = (await answer.text()).split('\n').length
    seconds.push((performance.now() - start) / 1000)
    await weigh('books')
  }
  figures.set('books.seconds', Math.max(...seconds))
  table(
    ['a year of 5,000 documents', ''],
    [
      ['lines of entries', lines],
      ['slowest of three, s', figures.get('books.seconds')]
    ]
  )
}
