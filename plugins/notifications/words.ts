import type { Context, NoticeValue } from '@patchbay/core'

/** A notice in the words of its reader. */
export function sentence(
  { text, values }: { text: string; values: Record<string, NoticeValue> },
  { t, fmt }: Pick<Context, 't' | 'fmt'>
): string {
  const written = Object.entries(values).map(([gap, value]) => [gap, write(value, fmt)])
  return t(text, Object.fromEntries(written) as Record<string, string | number>)
}

function write(value: NoticeValue, fmt: Context['fmt']): string | number {
  if (typeof value !== 'object') return value
  return 'at' in value ? fmt.datetime(new Date(value.at)) : fmt.range(new Date(value.from), new Date(value.to))
}
