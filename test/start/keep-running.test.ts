import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepRunning, type Running } from '../../src/start/keep-running.js'
import { waitUntil } from '../support/wait-until.js'

/** Runs until it is told to end, and counts its starts. */
function createPart() {
  const part = {
    starts: 0,
    stops: 0,
    problems: [] as string[],
    end: (_reason: string) => {},
    async start(): Promise<Running> {
      const problem = part.problems.shift()
      if (problem) throw new Error(problem)
      part.starts++
      const exited = new Promise<string>((done) => {
        part.end = done
      })
      return {
        exited,
        kill: () => part.end('killed'),
        async stop() {
          part.stops++
          part.end('stopped')
        },
      }
    },
  }
  return part
}

test('a process that ends by itself is started again, with a line that says why', async () => {
  const part = createPart()
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const kept = await keepRunning({ name: 'part', start: part.start, log, leastPauseMilliseconds: 1 })
  part.end('SIGKILL')
  await waitUntil(() => part.starts === 2)
  await waitUntil(() => lines.length === 2)
  assert.deepEqual(lines, ['part ended (SIGKILL); starting it again in 0.001 s', 'part runs again'])
  await kept.stop()
})

test('a start that fails is repeated, each time after twice the pause', async () => {
  const part = createPart()
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const kept = await keepRunning({ name: 'part', start: part.start, log, leastPauseMilliseconds: 1 })
  part.problems = ['no', 'not yet']
  part.end('gone')
  await waitUntil(() => part.starts === 2)
  await waitUntil(() => lines.length === 4)
  assert.deepEqual(
    lines.map((line) => /\((.*)\).*?([\d.]+) s|again$/.exec(line)?.slice(1)),
    [
      ['gone', '0.001'],
      ['no', '0.002'],
      ['not yet', '0.004'],
      [undefined, undefined],
    ],
  )
  await kept.stop()
})

test('after stop nothing is started again, not even a process that has just ended', async () => {
  const part = createPart()
  const kept = await keepRunning({ name: 'part', start: part.start, log: () => {}, leastPauseMilliseconds: 50 })
  await kept.stop()
  assert.deepEqual([part.starts, part.stops], [1, 1])
  const other = createPart()
  const ending = await keepRunning({ name: 'other', start: other.start, log: () => {}, leastPauseMilliseconds: 60_000 })
  other.end('crash')
  await ending.stop()
  assert.equal(other.starts, 1)
})

test('a failure of the first start is thrown to the caller', async () => {
  const part = createPart()
  part.problems = ['no']
  await assert.rejects(keepRunning({ name: 'part', start: part.start, log: () => {} }), /^Error: no$/)
})
