import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { encodeIdx, readIdx } from '../../../src/networks/tasks/idx-file.js'

const root = mkdtempSync(join(tmpdir(), 'idx-'))
after(() => rmSync(root, { recursive: true }))

const array = { lengths: [2, 3, 2], values: Uint8Array.from({ length: 12 }, (_, i) => 20 * i) }
const bytes = encodeIdx(array)

function write(name: string, content: Uint8Array): string {
  const file = join(root, name)
  writeFileSync(file, content)
  return file
}

describe('An IDX file', () => {
  it('has a header of type, number of axes and lengths', () => {
    assert.equal(bytes.subarray(0, 16).toString('hex'), '00000803000000020000000300000002')
  })

  it('is read plain or compressed', () => {
    assert.deepEqual(readIdx(write('plain', bytes), 3), array)
    assert.deepEqual(readIdx(write('compressed.gz', gzipSync(bytes)), 3), array)
  })

  it('is refused with file, expected and found value if it is malformed', () => {
    const cases: [string, Uint8Array | null, RegExp][] = [
      ['missing', null, /missing: expected an IDX file, got nothing$/],
      ['empty', Buffer.alloc(0), /empty: expected a header of 16 bytes, got 0 bytes$/],
      ['short', bytes.subarray(0, -1), /short: expected 12 values \(2 × 3 × 2\) after the header, got 11 bytes$/],
      ['long', Buffer.concat([bytes, Buffer.alloc(1)]), /long: expected 12 values .* got 13 bytes$/],
      ['text', Buffer.from('expression,accuracy\nrelu(x),0.5'), /text: expected an IDX file of .* got 65787072$/],
      ['labels', encodeIdx({ lengths: [20], values: new Uint8Array(20) }), /with 3 axes \(00000803\), got 00000801$/],
      ['cut.gz', gzipSync(bytes).subarray(0, 20), /cut\.gz: expected a complete gzip file, got an error: /],
    ]
    for (const [name, content, message] of cases) {
      const file = content === null ? join(root, name) : write(name, content)
      assert.throws(() => readIdx(file, 3), { message })
    }
  })
})
