// How large one spectrum of All-CNN-C is in a request, and how long it takes to read, as a list of numbers and in base64.
//   node build/bench/imports/spectrum-forms.js
import { decodeFloat32s, readSpectrumCell } from '../../src/datasets/reading/spectrum-cell.js'
import { formatFloat32s } from '../../src/datasets/writing/format-float.js'
import { createRandom } from '../../src/numeric/random.js'

const LENGTH = 13_683
const REPEATS = 100

const random = createRandom(0, 'spectrum')
const values = Float32Array.from({ length: LENGTH }, (_, i) => Math.min(1, (i % 200) / 200 + random.uniform() * 0.004))
const forms = {
  list: JSON.stringify({ values: JSON.parse(formatFloat32s(values)) }),
  base64: JSON.stringify({ values: Buffer.from(values.buffer).toString('base64') }),
}

for (const [form, text] of Object.entries(forms)) {
  const started = process.cpuUsage()
  for (let i = 0; i < REPEATS; i++) {
    const { values: cell } = JSON.parse(text)
    const read = form === 'list' ? readSpectrumCell(cell) : decodeFloat32s(cell)
    if (typeof read === 'string' || read?.length !== LENGTH) throw new Error(`${form}: expected ${LENGTH} values`)
  }
  const { user, system } = process.cpuUsage(started)
  console.log(`${form}: ${text.length} bytes, ${((user + system) / 1000 / REPEATS).toFixed(2)} ms of CPU time`)
}
