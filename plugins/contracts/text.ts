/*
 * How a contract's text is written: `# Article`, `## Heading`, `- item`, `> remark`, paragraphs between empty lines, and gaps
 * `{{client.name}}`. Gaps are filled after the text was taken apart, so that what fills them is words and nothing else.
 */

/** A run of words, or a gap that nothing fills. */
export interface Run {
  text: string
  /** The gap's name, where it is still open. */
  gap?: string
}

export type Block =
  | { kind: 'heading'; level: 1 | 2; runs: Run[] }
  | { kind: 'paragraph' | 'note'; runs: Run[] }
  | { kind: 'list'; items: Run[][] }

const gapPattern = /\{\{\s*([a-z][a-z_]*(?:\.[a-z0-9_]+)?)\s*\}\}/g

/** The gaps of a text, each once, in its order. */
export function gapsIn(body: string): string[] {
  return [...new Set([...body.matchAll(gapPattern)].map(([, name]) => name ?? ''))]
}

/** Braces that are no gap: `{{ client name }}`, `{{client.name`. */
export function strayBraces(body: string): string | undefined {
  return /.{0,20}(\{\{|\}\}).{0,20}/.exec(body.replace(gapPattern, ''))?.[0].trim()
}

/** The text in blocks, its gaps filled as far as there is something for them. */
export function blocksOf(body: string, values: Record<string, string>): Block[] {
  const blocks: Block[] = []
  for (const part of body.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    let words: string[] = []
    let items: string[] = []
    const flush = () => {
      if (words.length > 0) blocks.push({ kind: 'paragraph', runs: runsOf(words.join('\n'), values) })
      if (items.length > 0) blocks.push({ kind: 'list', items: items.map(item => runsOf(item, values)) })
      words = []
      items = []
    }
    for (const line of part.split('\n')) {
      const [, mark, rest = ''] = /^(##|#|-|>)\s+(.*)$/.exec(line.trimEnd()) ?? []
      if (mark === '-') {
        if (words.length > 0) flush()
        items.push(rest)
        continue
      }
      if (mark === undefined && items.length === 0) {
        if (line.trim() !== '') words.push(line.trim())
        continue
      }
      flush()
      if (mark === undefined) words.push(line.trim())
      else if (mark === '>') blocks.push({ kind: 'note', runs: runsOf(rest, values) })
      else blocks.push({ kind: 'heading', level: mark === '#' ? 1 : 2, runs: runsOf(rest, values) })
    }
    flush()
  }
  return blocks
}

/** The words of runs, with what is still open in brackets. */
export const wordsOf = (runs: readonly Run[]): string =>
  runs.map(({ text, gap }) => (gap === undefined ? text : `[${text}]`)).join('')

function runsOf(text: string, values: Record<string, string>): Run[] {
  const runs: Run[] = []
  let at = 0
  for (const match of text.matchAll(gapPattern)) {
    const name = match[1] ?? ''
    if (match.index > at) runs.push({ text: text.slice(at, match.index) })
    const value = values[name]?.trim()
    runs.push(value ? { text: value } : { text: name, gap: name })
    at = match.index + match[0].length
  }
  if (at < text.length) runs.push({ text: text.slice(at) })
  return runs
}
