// Writes the table of folders in docs/architecture.md from scripts/folders.cjs:
//   node scripts/folder-table.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HOLDS, MAY_IMPORT, SECOND_LEVEL } from './folders.cjs'

const page = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/architecture.md')
const START = '<!-- folders: written by scripts/folder-table.mjs -->'
const END = '<!-- end of folders -->'

/** The table as Markdown: a row for each folder of both levels, in the order of HOLDS. */
export function printFolderTable() {
  const rows = Object.entries(HOLDS).map(([folder, holds]) => `| \`${folder}/\` | ${holds} | ${printImports(folder)} |`)
  return ['| Folder | Holds | May import |', '| --- | --- | --- |', ...rows].join('\n')
}

/** The table in docs/architecture.md. */
export function readFolderTable() {
  const text = readFileSync(page, 'utf8')
  return text.slice(text.indexOf(START) + START.length, text.indexOf(END)).trim()
}

function printImports(folder) {
  const [first, second] = folder.split('/')
  if (second === undefined) return MAY_IMPORT[first].map((name) => `\`${name}\``).join(', ') || 'nothing'
  const parts = SECOND_LEVEL[first]?.[second]
  if (parts === undefined) return `any part of \`${first}\``
  return parts.map((name) => (name === '.' ? `files of \`${first}\`` : `\`${name}\``)).join(', ') || 'nothing'
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(page, 'utf8')
  const written = `${text.slice(0, text.indexOf(START))}${START}\n\n${printFolderTable()}\n\n${text.slice(text.indexOf(END))}`
  if (written !== text) writeFileSync(page, written)
}
