/**
 * Rows of a form: fields called `lines.0.label`, `lines.0.quantity`, `lines.1.label` become `lines: [{ label, quantity },
 * { label }]`, as the API sends them. Numbers say the order and may have gaps; rows in which nothing was typed stay, for
 * the form to say what they mean. Other fields are as they were.
 */
export function unfold(body: Record<string, unknown>): Record<string, unknown> {
  const rows = new Map<string, Map<number, Record<string, unknown>>>()
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(body)) {
    const [, list, index, field] = /^([a-z][a-z_]{0,40})\.(\d{1,3})\.([a-z][a-z_]{0,40})$/.exec(name) ?? []
    if (!list || !index || !field || Object.hasOwn(body, list)) {
      plain[name] = value
      continue
    }
    const found = rows.get(list) ?? new Map<number, Record<string, unknown>>()
    rows.set(list, found.set(Number(index), { ...found.get(Number(index)), [field]: value }))
  }
  for (const [list, found] of rows) {
    plain[list] = [...found].toSorted(([a], [b]) => a - b).map(([, row]) => row)
  }
  return plain
}
