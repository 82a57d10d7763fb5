export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** What one test file said, from its `# Subtest:` to the line that ends it. */
export interface FileResult {
  file: string
  failed: boolean
  tap: string
}

interface Open {
  subtests: number
  failures: number
}

/**
 * Counts the tests in a TAP output: the innermost `t.test(…)`s. A failure that belongs to none of them (a file that
 * crashed, an assertion beside its subtests) counts as one more failed test.
 */
export function countTests(tap: string): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
  const open: (Open | undefined)[] = [{ subtests: 0, failures: 0 }]
  let inDiagnostics: string | undefined
  for (const line of tap.split('\n')) {
    const indent = /^ */.exec(line)?.[0] ?? ''
    if (inDiagnostics !== undefined) {
      if (line === `${inDiagnostics}...`) inDiagnostics = undefined
      continue
    }
    if (line.trim() === '---') {
      inDiagnostics = indent
      continue
    }
    const depth = indent.length / 4 + 1
    if (/^ *# Subtest: /.test(line)) {
      open[depth] = { subtests: 0, failures: 0 }
      continue
    }
    const point = /^ *(not )?ok \d+\b(?:.*?# (SKIP|TODO)\b)?/.exec(line)
    if (point) settle({ tally, open, depth, failed: point[1] !== undefined, skipped: point[2] !== undefined })
  }
  return tally
}

/** A whole run's output, file by file. */
export function fileResults(tap: string): FileResult[] {
  const results: FileResult[] = []
  let lines: string[] = []
  for (const line of tap.split('\n')) {
    lines.push(line)
    const end = /^(not )?ok \d+ - (\S+\.test\.ts)\b/.exec(line)
    if (!end) continue
    results.push({ file: end[2] ?? '', failed: end[1] !== undefined, tap: lines.join('\n') })
    lines = []
  }
  return results
}

/** One `ok` or `not ok`: an assertion, or the end of the subtest that is open one level below it. */
function settle({
  tally,
  open,
  depth,
  failed,
  skipped
}: {
  tally: Tally
  open: (Open | undefined)[]
  depth: number
  failed: boolean
  skipped: boolean
}): void {
  const ended = open[depth]
  open[depth] = undefined
  const around = open[depth - 1]
  if (skipped) {
    tally.skipped++
    if (around) around.subtests++
  } else if (ended) {
    if (failed && ended.failures === 0) tally.failed++
    if (!failed && ended.subtests === 0) tally.passed++
    if (around) around.subtests++
    if (around && failed) around.failures++
  } else if (failed && depth === 1) {
    tally.failed++ // a file that never got to say anything
  }
}
