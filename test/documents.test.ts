import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../src/root.js'

const SKIPPED_FOLDERS = new Set(['node_modules', 'build', '.git', '.actbench'])
const pages = listPages(PROJECT_ROOT)

interface Link {
  readonly text: string
  /** Absolute path of the file or folder. */
  readonly target: string
  readonly anchor: string
}

test('every relative link in the documents points at a file, and every anchor at a heading', () => {
  const broken = pages.flatMap((page) =>
    listLinks(page)
      .filter((link) => !resolves(link))
      .map(({ text }) => `${relative(PROJECT_ROOT, page)}: ${text}`),
  )
  assert.deepEqual(broken, [])
})

// A name in capitals, as in build/bench/NAME.js, is a placeholder.
test('every file of the project that a document names exists', () => {
  const missing = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/(?<![\w./-])(?:src|test|bench|scripts|build\/bench)\/[\w./-]+\.\w+/g)]
      .map(([path]) => path.replace(/^build\/(.*)\.js$/, '$1.ts'))
      .filter((path) => !/\b[A-Z]{3,}\b/.test(path) && !existsSync(join(PROJECT_ROOT, path)))
      .map((path) => `${relative(PROJECT_ROOT, page)}: ${path}`),
  )
  assert.deepEqual(missing, [])
})

test('every page in docs/ can be reached from docs/README.md', () => {
  const docs = join(PROJECT_ROOT, 'docs')
  const reached = new Set<string>()
  const waiting = [join(docs, 'README.md')]
  for (let page = waiting.pop(); page; page = waiting.pop()) {
    if (reached.has(page)) continue
    reached.add(page)
    for (const { target } of listLinks(page)) {
      if (!existsSync(target)) continue
      waiting.push(...(statSync(target).isDirectory() ? listPages(target) : [target].filter(isPage)))
    }
  }
  const unreached = listPages(docs).filter((page) => !reached.has(page))
  assert.deepEqual(
    unreached.map((page) => relative(PROJECT_ROOT, page)),
    [],
  )
})

test('the glossary has each term once, in alphabetical order', () => {
  const terms = [...readFileSync(join(PROJECT_ROOT, 'docs/glossary.md'), 'utf8').matchAll(/^### (.+)$/gm)].map(
    ([, term]) => term.toLowerCase(),
  )
  assert.deepEqual(
    terms,
    [...new Set(terms)].sort((a, b) => a.localeCompare(b, 'en')),
  )
})

function listPages(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : listPages(path)
    return isPage(path) ? [path] : []
  })
}

function isPage(path: string): boolean {
  return path.endsWith('.md')
}

/** Links and images with a relative target. */
function listLinks(page: string): Link[] {
  return [...withoutCode(readFileSync(page, 'utf8')).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, text]) => text)
    .filter((text) => !/^[a-z]+:/.test(text))
    .map((text) => {
      const [path, anchor = ''] = text.split('#')
      return { text, target: path === '' ? page : join(dirname(page), decodeURIComponent(path)), anchor }
    })
}

function resolves({ target, anchor }: Link): boolean {
  if (!existsSync(target)) return false
  return anchor === '' || !isPage(target) || listAnchors(target).has(anchor)
}

/** The anchors that GitHub generates for the headings of a page. */
function listAnchors(page: string): Set<string> {
  const counts = new Map<string, number>()
  const headings = [...withoutFences(readFileSync(page, 'utf8')).matchAll(/^#{1,6} +(.+?) *$/gm)]
  return new Set(
    headings.map(([, heading]) => {
      const slug = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-')
      const count = counts.get(slug) ?? 0
      counts.set(slug, count + 1)
      return count === 0 ? slug : `${slug}-${count}`
    }),
  )
}

function withoutCode(text: string): string {
  return withoutFences(text).replace(/`[^`\n]*`/g, '')
}

function withoutFences(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, '')
}
