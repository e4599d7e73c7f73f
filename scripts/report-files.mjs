// A reporter of node --test. scripts/test.mjs loads it. At the end it names the test files that took longest, and writes
// the paths of the files with a test that failed, a line each, to the file that FAILED_FILES names.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

const COUNT = 15

export default async function* reportFiles(events) {
  const seconds = new Map()
  const failed = new Set()
  for await (const { type, data } of events) {
    // Nested tests are part of the time of their test.
    if ((type !== 'test:pass' && type !== 'test:fail') || data.nesting !== 0) continue
    // A file whose process ends badly is a test of that name.
    if (type === 'test:fail') failed.add(data.file ?? data.name)
    if (data.file) seconds.set(data.file, (seconds.get(data.file) ?? 0) + data.details.duration_ms / 1000)
  }
  if (process.env.FAILED_FILES) writeFileSync(process.env.FAILED_FILES, [...failed].join('\n'))
  const slowest = [...seconds].sort((a, b) => b[1] - a[1]).slice(0, COUNT)
  if (seconds.size <= COUNT) return
  yield '\nthe files whose tests took longest, in seconds:\n'
  for (const [file, spent] of slowest) yield `${spent.toFixed(1).padStart(8)}  ${relative(process.cwd(), file)}\n`
}
