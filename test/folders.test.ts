import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { PROJECT_ROOT } from '../src/root.js'

const SOURCE = join(PROJECT_ROOT, 'src')
const PAGE_SOURCE = join(PROJECT_ROOT, 'web/src')
const GENERATED = new Set(['src/db/generated', 'src/db/tables/generated.ts', 'web/src/api/schema-types.d.ts'])
const MOST_FILES = 25
const MOST_LINES = 250

const { HOLDS, MAY_IMPORT, PAGES, SECOND_LEVEL } = createRequire(import.meta.url)(
  join(PROJECT_ROOT, 'scripts/folders.cjs'),
) as {
  HOLDS: Record<string, string>
  MAY_IMPORT: Record<string, string[]>
  PAGES: Record<string, string[]>
  SECOND_LEVEL: Record<string, Record<string, string[]>>
}

test('docs/architecture.md has the table of folders that dependency-cruiser enforces', async () => {
  const { printFolderTable, readFolderTable } = (await import(
    pathToFileURL(join(PROJECT_ROOT, 'scripts/folder-table.mjs')).href
  )) as { printFolderTable: () => string; readFolderTable: () => string }
  assert.equal(readFolderTable(), printFolderTable(), 'run `node scripts/folder-table.mjs`')
})

test('the table has every folder of src/ at both levels, and no others', () => {
  const first = listFolders(SOURCE)
  const both = first.flatMap((name) => [name, ...listFolders(join(SOURCE, name)).map((part) => `${name}/${part}`)])
  assert.deepEqual(Object.keys(HOLDS).sort(), both.sort())
  assert.deepEqual(Object.keys(MAY_IMPORT).sort(), first.sort())
  for (const [name, parts] of Object.entries(SECOND_LEVEL)) {
    assert.deepEqual(Object.keys(parts).sort(), listFolders(join(SOURCE, name)).sort(), name)
  }
  assert.deepEqual(
    Object.keys(PAGES).sort(),
    listFolders(join(PAGE_SOURCE, '.'))
      .filter((name) => name !== 'styles')
      .sort(),
  )
})

test(`no folder has more than ${MOST_FILES} files directly in it`, () => {
  const crowded = ['src', 'bench', 'scripts', 'test', 'web/src']
    .flatMap((name) => [join(PROJECT_ROOT, name), ...listDeepFolders(join(PROJECT_ROOT, name))])
    .filter((folder) => !isGenerated(folder) && !folder.startsWith(join(PROJECT_ROOT, 'test/data')))
    .filter(
      (folder) => readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()).length > MOST_FILES,
    )
  assert.deepEqual(crowded.map(toName), [])
})

test(`no source file has more than ${MOST_LINES} lines`, () => {
  const long = [SOURCE, PAGE_SOURCE]
    .flatMap((folder) => [folder, ...listDeepFolders(folder)])
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }).map((entry) => join(folder, entry.name)))
    .filter((file) => /\.(?:tsx?|css)$/.test(file) && !isGenerated(file))
    .filter((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length > MOST_LINES)
  assert.deepEqual(long.map(toName), [])
})

function listFolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .filter((entry) => entry.isDirectory() && !isGenerated(join(folder, entry.name)))
    .map(({ name }) => name)
}

function listDeepFolders(folder: string): string[] {
  return listFolders(folder).flatMap((name) => [join(folder, name), ...listDeepFolders(join(folder, name))])
}

function isGenerated(path: string): boolean {
  return GENERATED.has(toName(path))
}

function toName(path: string): string {
  return relative(PROJECT_ROOT, path).replaceAll('\\', '/')
}
