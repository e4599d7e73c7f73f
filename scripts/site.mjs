// Builds the documents and a reference of the API as a static site in build/site/:
//   npm run site
//   npm run site -- --serve      and shows it on http://127.0.0.1:4173
// A broken link ends it with status 1. SITE_BASE is the path under which the site will be served (/).
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, extname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSchema } from 'graphql'
import { createApiPages, createApiSidebar } from './api-pages.mjs'
import { findDocumentTool } from './document-tools.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'build/site-source')
const READERS = { Researcher: 'researcher', 'Front-end author': 'front-end-author', Operator: 'operator' }
const PICTURES = ['.svg', '.png']

rmSync(source, { recursive: true, force: true })
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'examples/README.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true }).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'))
for (const page of pages) write(toSitePath(page), rewriteLinks(page, read(page)))
for (const folder of listFoldersWithoutIndex()) write(`${folder}/index.md`, listFolder(folder))
copyPictures('docs')
const schema = buildSchema(read('schema.graphql'))
for (const { path, text } of createApiPages(schema)) write(path, text)
const sections = splitByReader(read('docs/README.md'))
for (const { name, text } of sections) write(`for/${name}.md`, rewriteLinks('docs/README.md', text, 'for/page.md'))
write('index.md', formatHome())
write('site.json', JSON.stringify({ version: JSON.parse(read('package.json')).version, sidebar: createSidebar() }))

const vitepress = findDocumentTool('vitepress')
// The pages become modules that import Vue.
symlinkSync(join(root, 'tools/docs/node_modules'), join(source, 'node_modules'))
const run = (...args) => spawnSync(vitepress, args, { cwd: join(root, 'tools/docs'), stdio: 'inherit' }).status ?? 1
process.exitCode = run('build')
if (process.exitCode === 0 && process.argv.includes('--serve')) process.exitCode = run('preview', '--host', '127.0.0.1')

/** The README of a folder is its index. That of the project is the page `start`, because the site has a home page. */
function toSitePath(page) {
  if (page === 'README.md') return 'start.md'
  return basename(page) === 'README.md' ? join(dirname(page), 'index.md') : page
}

/** Links to pages and pictures of the site stay links; the name of any other file of the project stays as text. */
function rewriteLinks(page, text, place = toSitePath(page)) {
  return text
    .split(/(^ *```[\s\S]*?^ *```$|`[^`\n]*`(?!\]))/m)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g, rewrite)))
    .join('')

  function rewrite(whole, isPicture, label, target) {
    if (/^[a-z]+:|^#/.test(target)) return whole
    const [path, anchor] = target.split('#')
    const found = findTarget(normalize(join(dirname(page), decodeURIComponent(path))).replace(/\/$/, ''))
    if (!found) return label
    let link = relative(dirname(place), found)
    if (!link.startsWith('.')) link = `./${link}`
    return `${isPicture}[${label}](${link}${anchor ? `#${anchor}` : ''})`
  }
}

function findTarget(name) {
  if (name === 'schema.graphql') return 'api/index.md'
  if (!existsSync(join(root, name))) return null
  if (statSync(join(root, name)).isDirectory()) {
    if (name === 'examples' || name.startsWith('docs')) return join(name, 'index.md')
    return null
  }
  if (pages.includes(name)) return toSitePath(name)
  return name.startsWith('docs/') && PICTURES.includes(extname(name)) ? name : null
}

function listFoldersWithoutIndex() {
  return [...new Set(pages.map((page) => dirname(page)))].filter(
    (folder) => folder !== '.' && !pages.includes(join(folder, 'README.md')),
  )
}

function listFolder(folder) {
  const inside = pages.filter((page) => dirname(page) === folder).sort()
  const title = basename(folder) === 'how-to' ? 'How to' : capitalise(basename(folder))
  return `# ${title}\n\n${inside.map((page) => `- [${titleOf(page)}](./${basename(page)})`).join('\n')}\n`
}

function copyPictures(folder) {
  for (const name of readdirSync(join(root, folder), { recursive: true })) {
    if (PICTURES.includes(extname(name))) cpSync(join(root, folder, name), join(source, folder, name))
  }
}

/** A page for each kind of reader, from the chapters of docs/README.md. */
function splitByReader(text) {
  const chapters = text.split(/^(?=## )/m)
  return Object.entries(READERS).map(([title, name]) => {
    const chapter = chapters.find((part) => part.startsWith(`## ${title}`))
    if (!chapter) throw new Error(`docs/README.md: no chapter starts with "## ${title}"`)
    const purpose = chapter.split('\n')[0].slice(3)
    return { name, title, purpose, text: `# ${chapter.slice(3)}` }
  })
}

function formatHome() {
  const features = sections.flatMap(({ name, title, purpose, text }) => [
    `  - title: ${title}`,
    `    details: ${JSON.stringify(`${capitalise(purpose.replace(/^[^:]*: */, ''))}. ${listLabels(text)}.`)}`,
    `    link: /for/${name}`,
    '    linkText: Your page',
  ])
  return `${[
    '---',
    'layout: home',
    'title: Home',
    'hero:',
    '  name: actbench',
    '  text: Activation functions, measured',
    '  tagline: A benchmark, a trainer and a search over GraphQL. Start it with two commands.',
    '  actions:',
    '    - { text: Start, link: /start }',
    '    - { text: API reference, link: /api/, theme: alt }',
    '    - { text: Examples, link: /examples/, theme: alt }',
    'features:',
    ...features,
    '---',
  ].join('\n')}\n`
}

/** The pages of a chapter, for its card on the home page. */
function listLabels(chapter) {
  return [...chapter.matchAll(/^- \[([^\]]+)\]/gm)].map(([, label]) => label).join(' · ')
}

function createSidebar() {
  const items = (folder) =>
    pages
      .filter((page) => dirname(page) === folder && basename(page) !== 'README.md')
      .sort()
      .map((page) => ({ text: titleOf(page), link: `/${page.replace(/\.md$/, '')}` }))
  const guide = [
    {
      text: 'Start',
      items: [
        { text: 'Quick start', link: '/start' },
        ...sections.map(({ name, title }) => ({ text: title, link: `/for/${name}` })),
        { text: 'Examples', link: '/examples/' },
      ],
    },
    { text: 'Documents', items: items('docs') },
    ...['docs/how-to', 'docs/decisions', 'docs/lab']
      .filter((folder) => items(folder).length > 0)
      .map((folder) => ({ text: titleOfFolder(folder), collapsed: folder !== 'docs/how-to', items: items(folder) })),
    { text: 'Project', items: items('.') },
  ]
  return { '/api/': createApiSidebar(schema), '/': guide }
}

function titleOfFolder(folder) {
  return { 'docs/how-to': 'How to', 'docs/decisions': 'Decisions', 'docs/lab': 'Lab notes' }[folder]
}

function titleOf(page) {
  return /^# (.+)$/m.exec(read(page))?.[1].replaceAll('`', '') ?? page
}

function read(name) {
  return readFileSync(join(root, name), 'utf8')
}

function write(name, text) {
  mkdirSync(dirname(join(source, name)), { recursive: true })
  writeFileSync(join(source, name), text)
}

function capitalise(text) {
  return text[0].toUpperCase() + text.slice(1)
}
