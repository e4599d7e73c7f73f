// A reporter of node --test that names the test files that took longest, at the end. scripts/test.mjs loads it.
import { relative } from 'node:path'

const COUNT = 15

export default async function* reportSlowFiles(events) {
  const seconds = new Map()
  for await (const { type, data } of events) {
    // Nested tests are part of the time of their test.
    if ((type !== 'test:pass' && type !== 'test:fail') || data.nesting !== 0 || !data.file) continue
    seconds.set(data.file, (seconds.get(data.file) ?? 0) + data.details.duration_ms / 1000)
  }
  const slowest = [...seconds].sort((a, b) => b[1] - a[1]).slice(0, COUNT)
  if (seconds.size <= COUNT) return
  yield '\nthe files whose tests took longest, in seconds:\n'
  for (const [file, spent] of slowest) yield `${spent.toFixed(1).padStart(8)}  ${relative(process.cwd(), file)}\n`
}
