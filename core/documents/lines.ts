/** How wide a text is, in points. */
export type Measure = (text: string) => number

/**
 * Breaks a text into lines no wider than `width`: at its own line ends, after spaces, hyphens and slashes, and within a
 * word that is longer than a line. Non-breaking spaces hold. An empty text is one empty line.
 */
export function linesOf(text: string, width: number, measure: Measure): string[] {
  return text.split('\n').flatMap(paragraph => breakParagraph(paragraph, width, measure))
}

function breakParagraph(text: string, width: number, measure: Measure): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text.match(pieces) ?? []) {
    if (line === '' || measure((line + piece).trimEnd()) <= width) line += piece
    else {
      lines.push(line.trimEnd())
      line = piece
    }
    while (measure(line.trimEnd()) > width) {
      const fits = longestStart(line, width, measure)
      lines.push(line.slice(0, fits))
      line = line.slice(fits)
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line.trimEnd())
  return lines
}

/** A word with what may end a line after it: spaces, or a hyphen or slash inside a word; dates and numbers hold together. */
const pieces = /[^ /-]*(?:(?<=\d)[/-](?=\d)[^ /-]*)*(?:[/-]+(?=[^ /-])| +|[/-]+ *|$)/g

/** How many characters from its start fit, at least one whole character. */
function longestStart(text: string, width: number, measure: Measure): number {
  let [fits, tooMany] = [0, text.length]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (measure(text.slice(0, middle)) <= width) fits = middle
    else tooMany = middle
  }
  // never between the two halves of one character
  if (/[\ud800-\udbff]$/.test(text.slice(0, fits))) fits--
  return fits > 0 ? fits : (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1
}
