import { createRandomStream } from '../../src/numeric/random.js'

/** Spectrum values per layer of All-CNN-C, 13,683 in all. */
const LAYER_LENGTHS = [25, 829, 829, 1659, 3318, 3318, 3318, 368, 19]
/** Eigenvalues drawn for each layer: few enough that the distribution has visible steps, as real ones do. */
const DRAWS = 1500

/**
 * Rows that look like Fisher spectra. The part of each layer is the cumulative distribution of log eigenvalues between
 * -100 and 100. The eigenvalues come from three normal components; their means depend on six hidden numbers of the
 * function and on the depth of the layer.
 */
export function createSyntheticSpectra(rows: number, seed: number): Float32Array {
  const columns = LAYER_LENGTHS.reduce((sum, length) => sum + length, 0)
  const random = createRandomStream(seed)
  const spectra = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const hidden = Array.from({ length: 6 }, () => random.normal())
    let offset = row * columns
    LAYER_LENGTHS.forEach((length, layer) => {
      const counts = new Int32Array(length)
      for (let draw = 0; draw < DRAWS; draw++) {
        const bump = draw % 3
        const centre = -15 - 12 * bump + (4 + 2 * bump) * hidden[bump] + layer * hidden[3]
        const width = 3 + Math.abs(hidden[4]) + bump * Math.abs(hidden[5])
        const bin = Math.floor(((centre + width * random.normal() + 100) / 200) * length)
        counts[Math.min(length - 1, Math.max(0, bin))]++
      }
      let sum = 0
      counts.forEach((count, bin) => {
        sum += count
        spectra[offset + bin] = sum / DRAWS
      })
      offset += length
    })
  }
  return spectra
}
