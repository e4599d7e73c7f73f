// Writes the documents of the project as pages to build/documents/, which the service shows at /docs/. scripts/build.mjs
// calls it if a document changed. The site of `npm run site` has a search and a reference of the API; this needs no package.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { escapeHtml, renderMarkdown } from './markdown.mjs'

const source = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(source))
const target = join(root, 'build/documents')
const STYLES = ['tokens.css', 'base.css', 'frame.css', 'documents.css'].map((name) => `web/src/styles/${name}`)
/** The links at the top of every page. */
const LINKS = 'web/src/components/site-links.json'
const CURRENT = ' aria-current="true"'
const PICTURES = ['.svg', '.png', '.webp']
/** Documents outside of docs/, by their address. */
const OTHERS = {
  'README.md': 'start',
  'CHANGELOG.md': 'changelog',
  'CONTRIBUTING.md': 'contributing',
  'SECURITY.md': 'report-a-vulnerability',
  'examples/README.md': 'examples',
  'packages/expression/README.md': 'expression-package',
}
const OWN_CODE = ['build-documents.mjs', 'markdown.mjs', 'inline.mjs'].map((name) => `web/documents/${name}`)

/** A text that changes when a document does. Null in an installation without documents. */
export function stampDocuments() {
  if (!existsSync(join(root, 'docs/README.md')) || ![LINKS, STYLES[0]].every((name) => existsSync(join(root, name))))
    return null
  return [...listPages(), ...listPictures(), ...STYLES, LINKS, ...OWN_CODE]
    .map((name) => {
      const { size, mtimeMs } = statSync(join(root, name))
      return `${name}:${size}:${mtimeMs}`
    })
    .join('\n')
}

/** Whether the documents of an earlier build are there. */
export function haveDocuments() {
  return existsSync(join(target, 'index.html'))
}

/** Writes all pages into a folder that takes the place of the old one at the end. */
export function buildDocuments() {
  const fresh = `${target}.new`
  rmSync(fresh, { recursive: true, force: true })
  const pages = listPages()
  const known = new Set(pages)
  const write = (name, text) => {
    mkdirSync(dirname(join(fresh, name)), { recursive: true })
    writeFileSync(join(fresh, name), text)
  }
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8')
    write(`${toPath(page)}.html`, toPage(renderMarkdown(text, (link) => toAddress(page, link, known))))
  }
  for (const folder of listFolders(pages)) {
    const names = pages.filter((page) => dirname(page) === `docs/${folder}`)
    const links = names.map((page) => `- [${titleOf(page)}](${page.split('/').at(-1)})`).join('\n')
    const text = `# ${folder[0].toUpperCase()}${folder.slice(1)}\n\n${links}\n`
    write(`${folder}/index.html`, toPage(renderMarkdown(text, (link) => toAddress(`docs/${folder}/x`, link, known))))
  }
  for (const picture of listPictures()) {
    mkdirSync(dirname(join(fresh, picture.slice(5))), { recursive: true })
    cpSync(join(root, picture), join(fresh, picture.slice(5)))
  }
  write('style.css', STYLES.map((name) => readFileSync(join(root, name), 'utf8')).join('\n'))
  rmSync(target, { recursive: true, force: true })
  renameSync(fresh, target)
}

function listPages() {
  const inside = listDocs().filter((name) => name.endsWith('.md'))
  return [...inside, ...Object.keys(OTHERS).filter((name) => existsSync(join(root, name)))]
}

function listPictures() {
  return listDocs().filter((name) => PICTURES.includes(extname(name)))
}

function listDocs() {
  return readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .sort()
}

function listFolders(pages) {
  const folders = new Set(pages.flatMap((page) => /^docs\/([^/]+)\//.exec(page)?.[1] ?? []))
  return [...folders].filter((folder) => !pages.includes(`docs/${folder}/README.md`))
}

function titleOf(page) {
  return /^# (.+)$/m.exec(readFileSync(join(root, page), 'utf8'))?.[1] ?? page
}

/** The place of a page below /docs/. */
function toPath(page) {
  return (
    OTHERS[page] ??
    page
      .slice('docs/'.length)
      .replace(/\.md$/, '')
      .replace(/README$/, 'index')
  )
}

/** The address of a link in a page; null if it leads to a file that is not shown. */
function toAddress(page, link, known) {
  if (/^(?:https?:|mailto:|#)/.test(link)) return link
  const [path, anchor] = link.split('#')
  const file = normalize(join(dirname(page), decodeURIComponent(path)))
    .replaceAll('\\', '/')
    .replace(/\/$/, '')
  const end = anchor === undefined ? '' : `#${anchor}`
  if (file === 'schema.graphql') return '/schema.graphql'
  if (known.has(file)) return `/docs/${toPath(file)}`.replace(/\/index$/, '') + end
  if (file === 'docs' || (file.startsWith('docs/') && existsSync(join(root, file)) && isShown(file)))
    return `/${file}${end}`
  return null
}

function isShown(file) {
  return PICTURES.includes(extname(file)) || statSync(join(root, file)).isDirectory()
}

function toPage({ html, headings }) {
  const links = JSON.parse(readFileSync(join(root, LINKS), 'utf8'))
    .map(({ title: name, address, section }) => `<a href="${address}"${section === '/docs' ? CURRENT : ''}>${name}</a>`)
    .join('')
  const title = headings.find(({ level }) => level === 1)?.title ?? 'Documents'
  const contents = headings.filter(({ level }) => level === 2)
  const list = contents.map(({ id, title: name }) => `<li><a href="#${escapeHtml(id)}">${name}</a></li>`).join('')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · actbench</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="site-header"><div class="inner"><a class="wordmark" href="/"><img src="/favicon.svg" width="26" height="26" alt="">actbench</a>
<nav aria-label="Main">${links}</nav></div></header>
<main id="content" class="document">
${contents.length > 2 ? `<nav class="contents" aria-label="On this page"><ul>${list}</ul></nav>` : ''}
<article>
${html}
</article>
</main>
</body>
</html>
`
}
