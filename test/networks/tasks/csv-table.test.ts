import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readCsvTable } from '../../../src/networks/tasks/csv-table.js'
import { makeFolder } from '../../support/folder.js'

const OPTIONS = { label: 'kind', ignored: ['id'] }

test('a table has the numbers of all columns but the label and ignored ones, with the line of each row', () => {
  const folder = makeFolder()
  const contents: Record<string, Uint8Array | string> = {
    plain: 'id,a,kind,b\n1,0.5,cat,2\n\n2,-1e3,dog,.25\n',
    windows: '\uFEFFid,a,kind,b\r\n1,0.5,cat,2\r\n\r\n2,-1e3,dog,.25',
    quoted: '"id","a","kind","b"\n1,"0.5","cat",2\n\n2,-1e3,"dog",.25\n',
    tabs: 'id\ta\tkind\tb\n1\t0,5\tcat\t2\n\n2\t-1e3\tdog\t,25\n',
    semicolons: 'id; a; kind; b\n1; 0,5; cat; 2\n\n2; -1000; dog; 0,25\n',
    compressed: gzipSync('id,a,kind,b\n1,0.5,cat,2\n\n2,-1e3,dog,.25\n'),
  }
  for (const [name, content] of Object.entries(contents)) {
    const file = join(folder, `${name}.csv`)
    writeFileSync(file, content)
    const { columns, count, values, labels, lines } = readCsvTable(file, OPTIONS)
    assert.deepEqual(columns, ['a', 'b'], name)
    assert.deepEqual([count, [...values], labels, [...lines]], [2, [0.5, 2, -1000, 0.25], ['cat', 'dog'], [2, 4]], name)
  }
})

test('a malformed table is refused in one line with file, line, expected and found value', () => {
  const file = join(makeFolder(), 'table.csv')
  const cases: [string, RegExp][] = [
    ['', /table\.csv: expected a header with names of columns, got an empty file$/],
    ['id,kind,a\n', /table\.csv: expected rows after the header, got none$/],
    ['1,2,3\n4,5,6\n', /expected a header with names of columns in line 1, got numbers$/],
    ['id,kind,a,a\n', /expected different names of columns in line 1, got 'a' twice$/],
    ['id,label,a\n1,cat,2\n', /expected a column 'kind', got the columns id, label, a$/],
    ['kind,a\ncat,2\n', /expected a column 'id', got the columns kind, a$/],
    ['id,kind\n1,cat\n', /expected columns with numbers next to 'kind', got none$/],
    ['id,kind,a\n1,cat,2\n2,dog\n', /table\.csv: line 3: expected 3 cells as in the header, got 2$/],
    ['id,kind,a\n1,cat,2,3\n', /table\.csv: line 2: expected 3 cells as in the header, got 4$/],
    ['id,kind,a\n1,cat,two\n', /line 2, column 'a': expected a finite number, got 'two'$/],
    ['id,kind,a\n1,cat,\n', /line 2, column 'a': expected a finite number, got an empty cell$/],
    ['id,kind,a\n1,cat,nan\n', /line 2, column 'a': expected a finite number, got 'nan'$/],
    ['id,kind,a\n1,cat,0x10\n', /expected a finite number, got '0x10'$/],
    ['id,kind,a\n1,cat,1e999\n', /expected a finite number, got '1e999'$/],
    ['id,kind,a\n1,"cat,2\n', /line 2: expected quotes around whole cells, closed on the same line, got 1,"cat,2$/],
  ]
  for (const [content, message] of cases) {
    writeFileSync(file, content)
    assert.throws(() => readCsvTable(file, OPTIONS), { message }, content)
  }
})
