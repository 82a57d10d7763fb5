import t from 'tap'
import { countTests, fileResults } from '../tally.ts'

t.test('counts the innermost tests, and a file that crashed as one that failed', async t => {
  const tap = `TAP version 14
# Subtest: test/a.test.ts
    # Subtest: outer
        # Subtest: inner
            ok 1 - an assertion
            ok 2 - another
            1..2
        ok 1 - inner # time=1ms
        
        # Subtest: other
            not ok 1 - should be equal
              ---
              source: |
                ok 1 - not a test
              ...
            1..1
        not ok 2 - other # time=1ms
          ---
          at: {}
          ...
        ok 3 - later # SKIP
        1..3
    not ok 1 - outer # time=2ms
    
    # Subtest: plain
        ok 1 - fine
        1..1
    ok 2 - plain # time=1ms
    1..2
not ok 1 - test/a.test.ts # time=5ms

# Subtest: test/b.test.ts
    ok 1 - bare
    1..1
ok 2 - test/b.test.ts # time=5ms

# Subtest: test/c.test.ts
    not ok 1 - boom
    1..1
not ok 3 - test/c.test.ts # time=5ms
not ok 4 - test/d.test.ts # time=5ms
1..4
`
  t.same(countTests(tap), { passed: 3, failed: 3, skipped: 1 })
  const results = fileResults(tap)
  t.same(
    results.map(result => [result.file, result.failed]),
    [
      ['test/a.test.ts', true],
      ['test/b.test.ts', false],
      ['test/c.test.ts', true],
      ['test/d.test.ts', true]
    ]
  )
  t.same(countTests(results.map(result => result.tap).join('\n')), countTests(tap), 'the parts are the whole')
  t.same(countTests(''), { passed: 0, failed: 0, skipped: 0 })
})
