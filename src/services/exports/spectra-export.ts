import { formatFloat32s } from '../../datasets/writing/format-float.js'
import { readSpectra } from '../../db/exports/read-spectra.js'
import { ActbenchError } from '../../errors.js'
import type { ExportSource, ExportWriter } from './export-format.js'

/** One spectrum per line, of every function that has one, evaluated or not. Throws NOT_FOUND without any spectra. */
export const SPECTRA_LINES_WRITER: ExportWriter = {
  prepare(source) {
    const { name, fisherSpectrumLength } = source.dataset
    if (fisherSpectrumLength === null) throw new ActbenchError('NOT_FOUND', `dataset: ${name} has no Fisher spectra`)
    return { byteLength: null, write: () => writeLines(source) }
  },
}

async function* writeLines({ db, scope }: ExportSource) {
  for await (const { expression, activationId, spectrum, reason } of readSpectra(db, scope)) {
    const values = spectrum ? formatFloat32s(spectrum) : 'null'
    const fields = [`"expression":${JSON.stringify(expression)}`, `"activationId":"${activationId}"`]
    yield `{${fields.join(',')},"fisherSpectrum":${values},"reason":${JSON.stringify(reason)}}\n`
  }
}
