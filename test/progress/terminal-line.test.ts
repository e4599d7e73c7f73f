import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WriteStream } from 'node:tty'
import { openTerminalLine } from '../../src/progress/terminal-line.js'

function createStream(isTTY: boolean) {
  const written: string[] = []
  return {
    written,
    stream: { isTTY, columns: 20, write: (text: string) => written.push(text) } as unknown as WriteStream,
  }
}

test('on a terminal each line replaces the one before, cut to the width, and the last one stays', () => {
  const { stream, written } = createStream(true)
  const show = openTerminalLine(stream)
  show('a line that is longer than the terminal', false)
  show('done', true)
  assert.deepEqual(written, ['\r\x1b[Ka line that is long', '\r\x1b[Kdone\n'])
})

test('elsewhere a line appears now and then, and the last one always', () => {
  const { stream, written } = createStream(false)
  const show = openTerminalLine(stream)
  show('one', false)
  show('two', false)
  show('three', true)
  assert.deepEqual(written, ['one\n', 'three\n'])
})
