// Builds the pages of web/ to build/web/: modules and styles with a hash of their content in their names, index.html with
// their addresses, the files of web/public/, and a Brotli and a gzip file next to each. scripts/build.mjs calls it if a
// source changed.
import { createHash } from 'node:crypto'
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
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const source = dirname(fileURLToPath(import.meta.url))
const root = dirname(source)
const target = join(root, 'build/web')
/** What the pages are made of. The parser of expressions is built from the sources of the service. */
const INPUTS = ['web', 'packages/expression', 'src/activations', 'package.json']
const COMPRESSED = /\.(?:js|css|html|svg|txt|json)$/
/** Higher qualities take ten times as long for 3% fewer bytes. */
const BROTLI_QUALITY = 9

/**
 * A text that changes when a source of the pages does. Null in an installation without their sources or their packages: a
 * service without pages is better than none.
 */
export function stampPages() {
  if (!existsSync(join(source, 'index.html')) || !hasPackages()) return null
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap((name) => listFiles(join(root, name)))) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${relative(root, file)}:${size}:${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** npm installs the packages of a workspace, but not those of a workspace inside a package. */
function hasPackages() {
  try {
    createRequire(import.meta.url).resolve('preact')
    return true
  } catch {
    return false
  }
}

/** Whether the pages of an earlier build are there. */
export function havePages() {
  return existsSync(join(target, 'index.html'))
}

/** Builds all pages into a folder that takes the place of the old one at the end. */
export async function buildPages() {
  const fresh = `${target}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  const { script, styles } = await bundle(fresh)
  const html = readFileSync(join(source, 'index.html'), 'utf8')
  writeFileSync(
    join(fresh, 'index.html'),
    html.replace('/src/main.tsx', script).replace('/src/styles/index.css', styles),
  )
  writeFileSync(join(fresh, 'first-queries.json'), JSON.stringify(await readFirstQueries()))
  if (existsSync(join(source, 'public'))) cpSync(join(source, 'public'), fresh, { recursive: true })
  await compressAll(fresh)
  rmSync(target, { recursive: true, force: true })
  renameSync(fresh, target)
}

/** Writes modules and styles. Returns the addresses of the first of each. */
async function bundle(folder) {
  const [{ build }, { writeOperatorsOut }] = await Promise.all([
    import('esbuild'),
    import('../packages/expression/operators-plugin.mjs'),
  ])
  const main = join(source, 'src/main.tsx')
  const sheet = join(source, 'src/styles/index.css')
  const { metafile } = await build({
    ...{ bundle: true, splitting: true, format: 'esm', minify: true, charset: 'utf8', metafile: true },
    entryPoints: [main, sheet],
    outdir: join(folder, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    target: ['es2022', 'chrome111', 'firefox114', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    alias: { '@actbench/expression': join(root, 'packages/expression/src/index.ts') },
    plugins: [await writeOperatorsOut()],
    absWorkingDir: root,
  })
  const addressOf = (entry) => {
    const [output] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === relative(root, entry))
    return `/assets/${basename(output)}`
  }
  return { script: addressOf(main), styles: addressOf(sheet) }
}

/** What pages ask first. The server names it in their heads. */
async function readFirstQueries() {
  const { build } = await import('esbuild')
  const entryPoints = [join(source, 'src/first-queries.ts')]
  const { outputFiles } = await build({ bundle: true, write: false, format: 'esm', entryPoints, absWorkingDir: root })
  const code = Buffer.from(outputFiles[0].contents).toString('base64')
  return (await import(`data:text/javascript;base64,${code}`)).FIRST_QUERIES
}

async function compressAll(folder) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY }
  await Promise.all(
    listFiles(folder)
      .filter((file) => COMPRESSED.test(file))
      .map(async (file) => {
        const content = readFileSync(file)
        const [br, gz] = await Promise.all([promisify(brotliCompress)(content, { params }), promisify(gzip)(content)])
        writeFileSync(`${file}.br`, br)
        writeFileSync(`${file}.gz`, gz)
      }),
  )
}

function listFiles(path) {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist')
    .flatMap(({ name }) => listFiles(join(path, name)))
    .sort()
}
