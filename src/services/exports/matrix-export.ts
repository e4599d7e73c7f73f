import { makeNanRow, makeNpyHeader } from '../../datasets/writing/npy.js'
import { countExported } from '../../db/exports/find-export.js'
import { readVectors } from '../../db/exports/read-exported.js'
import { OUTPUT_COLUMNS } from '../../db/features/load-vectors.js'
import { ActbenchError } from '../../errors.js'
import type { ExportSource, ExportWriter } from './export-format.js'

/** A row of outputs for each line of `jsonl`, in its order. */
export const OUTPUTS_WRITER: ExportWriter = {
  count: ({ db, scope }) => countExported(db, scope),
  prepare: (source) => prepareMatrix(source, 'OUTPUTS', OUTPUT_COLUMNS),
}

/** A spectrum for each line of `jsonl`, in its order; NaN if missing. Throws NOT_FOUND without any spectra. */
export const SPECTRA_WRITER: ExportWriter = {
  count: ({ db, scope }) => countExported(db, scope),
  prepare(source) {
    const { name, fisherSpectrumLength } = source.dataset
    if (fisherSpectrumLength === null) throw new ActbenchError('NOT_FOUND', `dataset: ${name} has no Fisher spectra`)
    return prepareMatrix(source, 'FISHER_SPECTRUM', fisherSpectrumLength)
  },
}

function prepareMatrix({ db, scope, rows }: ExportSource, kind: 'OUTPUTS' | 'FISHER_SPECTRUM', columns: number) {
  const header = makeNpyHeader([rows, columns])
  return {
    byteLength: header.length + rows * columns * 4,
    async *write() {
      const missing = makeNanRow(columns)
      yield header
      for await (const bytes of readVectors(db, scope, kind, columns)) yield bytes ?? missing
    },
  }
}
