import type { SnapshotRow } from '../../db/snapshots/find-snapshots.js'

/**
 * How to cite a snapshot, as BibTeX: an entry of its own, and after it the reference that the dataset asked for when the
 * snapshot was made. It never changes. `address` is where the reader found it.
 */
export function citeSnapshot(snapshot: SnapshotRow, address: string | null = null): string {
  const { datasetName, name, title, evaluationCount, runCount, checksum, createdAt, citation } = snapshot
  const fields = {
    author: `{${readAuthors(citation) ?? 'actbench'}}`,
    title: `{{${escapeBibTeX(title)}, snapshot ${name}}}`,
    year: `{${createdAt.getUTCFullYear()}}`,
    ...(address && { howpublished: `{\\url{${address}}}` }),
    note: `{${datasetName}@${name} of ${createdAt.toISOString().slice(0, 10)}, ${evaluationCount} evaluations, ${runCount} runs, SHA-256 ${checksum}}`,
  }
  const lines = Object.entries(fields).map(([key, value]) => `  ${key} = ${value}`)
  const entry = `@misc{${datasetName}-${name},\n${lines.join(',\n')}\n}\n`
  return citation ? `${entry}\n${citation.trim()}\n` : entry
}

/** The authors in a reference, as they are. */
function readAuthors(citation: string | null): string | null {
  return /\bauthor\s*=\s*[{"]([^"{}]{1,2000})[}"]/i.exec(citation ?? '')?.[1]?.trim() ?? null
}

/** Characters with a meaning in BibTeX, as text. */
function escapeBibTeX(text: string): string {
  return text.replace(/[{}\\]/g, '').replace(/[&%$#_~^]/g, (character) => `\\${character}`)
}
