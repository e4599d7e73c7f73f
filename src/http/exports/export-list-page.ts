import type { ExportList } from './export-list.js'

/** A list of exports as a page, for a browser without scripts. */
export function toListPage({ files, datasets, next }: ExportList): string {
  const tables = [
    ...(files.length > 0 ? [section('All functions', '', files)] : []),
    ...datasets.map(({ name, title, version, license, url, isClosed, files: own }) => {
      const facts = [
        `version ${version}`,
        license ?? 'licence not known',
        ...(isClosed ? ['downloads are closed'] : []),
      ]
      return section(
        `<a href="${escapeText(url)}">${escapeText(title)}</a> (${escapeText(name)})`,
        escapeText(facts.join(', ')),
        own,
      )
    }),
  ]
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Exports</title><meta name="viewport" content="width=device-width"></head>
<body>
<h1>Exports</h1>
<p>Ask for this list with <code>Accept: application/json</code> to get it as JSON. A size and a checksum are known once
somebody has read the file; the link to a checksum writes the file first.</p>
${tables.join('\n')}
${next ? `<p><a href="${escapeText(next)}">More datasets</a></p>\n` : ''}</body>
</html>
`
}

function section(title: string, facts: string, files: ExportList['files']): string {
  const rows = files.map(({ name, url, description, size, sha256, checksumUrl }) => {
    const checksum = `<a href="${escapeText(checksumUrl)}">${sha256 ? `<code>${sha256}</code>` : 'compute'}</a>`
    const bytes = size === null ? '' : size.toLocaleString('en')
    return `<tr><td><a href="${escapeText(url)}">${escapeText(name)}</a></td><td>${escapeText(description)}</td><td>${bytes}</td><td>${checksum}</td></tr>`
  })
  return `<h2>${title}</h2>
<p>${facts}</p>
<table>
<thead><tr><th>File</th><th>Content</th><th>Bytes</th><th>SHA-256</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
