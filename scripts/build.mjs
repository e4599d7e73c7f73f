// Builds what has changed: the Prisma client (only when the schema changed), every TypeScript file of src/, test/ and
// bench/ to build/, with esbuild, the pages of web/ to build/web/, and the documents to build/documents/. Unchanged files are not written again, so a second
// start costs a fraction of a second.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildPages, havePages, stampPages } from '../web/build.mjs'
import { buildDocuments, haveDocuments, stampDocuments } from '../web/documents/build-documents.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const buildFolder = join(root, 'build')
const OPTIONS = {
  absWorkingDir: root,
  outbase: root,
  outdir: buildFolder,
  logLevel: 'silent',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  tsconfigRaw: {
    compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false, verbatimModuleSyntax: true },
  },
}
/** Fewer files take no noticeable time. */
const MANY_FILES = 50
const manifestFile = join(buildFolder, 'manifest.json')

/**
 * Builds what has changed and returns how many files were written. One process at a time builds; others wait for it. `say`
 * gets a line before each step that takes more than a moment.
 */
export async function build(say = () => {}) {
  const unlock = await lock()
  try {
    return await buildChanged(say)
  } finally {
    unlock()
  }
}

/** Builds, and shows slow steps on standard error, because standard output belongs to the command that follows. */
export async function buildWithProgress() {
  let step = ''
  const started = performance.now()
  const say = (line) => process.stderr.write(`actbench: ${line}\n`)
  const timer = setInterval(() => {
    if (step !== '') say(`${step}: ${Math.round((performance.now() - started) / 1000)} s so far`)
  }, 5000)
  try {
    return await build((line) => {
      step = line
      say(line)
    })
  } finally {
    clearInterval(timer)
  }
}

async function buildChanged(say) {
  const manifest = readManifest()
  const isGenerating = generatePrismaClient(manifest, say)
  // The pages and most other files need not wait for the client.
  const others = isGenerating ? await transpile(manifest, say) : { written: 0 }
  const pageFailures = [...(await buildChangedPages(manifest)), ...buildChangedDocuments(manifest)]
  await isGenerating
  const last = await transpile(manifest, say)
  const written = others.written + last.written
  // A file that failed at first has failed again.
  const failures = [...last.failures, ...pageFailures]
  writeFileSync(manifestFile, JSON.stringify(manifest))
  if (failures.length > 0) throw new Error(`these files do not compile:\n${failures.join('\n')}`)
  return written
}

/** Returns the problem of the pages, if there is one. */
async function buildChangedPages(manifest) {
  const stamp = stampPages()
  if (stamp === null || (manifest.pages === stamp && havePages())) return []
  delete manifest.pages
  try {
    await buildPages()
    manifest.pages = stamp
    return []
  } catch (error) {
    return [`the pages: ${error.message}`]
  }
}

/** Returns the problem of the documents, if there is one. */
function buildChangedDocuments(manifest) {
  const stamp = stampDocuments()
  if (stamp === null || (manifest.documents === sha256(stamp) && haveDocuments())) return []
  delete manifest.documents
  try {
    buildDocuments()
    manifest.documents = sha256(stamp)
    return []
  } catch (error) {
    return [`the documents: ${error.message}`]
  }
}

/** Locks the build folder, also if the process that locked it is gone. Returns the function that unlocks it. */
async function lock() {
  const file = join(buildFolder, 'lock')
  mkdirSync(buildFolder, { recursive: true })
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isHeld(file)) await new Promise((done) => setTimeout(done, 50))
    else rmSync(file, { force: true })
  }
}

function isHeld(file) {
  try {
    const { mtimeMs } = statSync(file)
    const holder = Number(readFileSync(file, 'utf8'))
    // An empty file is being written, or its writer has just died.
    if (!holder) return Date.now() - mtimeMs < 2000
    if (holder === process.pid) return true
    process.kill(holder, 0)
    // A build takes seconds. After two minutes, another process may have got the same number.
    return Date.now() - mtimeMs < 120_000
  } catch (error) {
    // The file is gone: the caller tries again.
    return error.code === 'EPERM' || error.code === 'ENOENT'
  }
}

function readManifest() {
  const version = sha256(readFileSync(join(root, 'package.json')))
  try {
    const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'))
    if (manifest.version === version) return manifest
  } catch {
    // No manifest, or a broken one: everything is built.
  }
  return { version, prisma: '', files: {} }
}

/** Starts the generation of the client and returns its end; null if the client is up to date. */
function generatePrismaClient(manifest, say) {
  const schema = sha256(readFileSync(join(root, 'prisma/schema.prisma')))
  const generated = join(root, 'src/db/generated')
  if (manifest.prisma === schema && existsSync(join(generated, 'client.ts'))) return null
  rmSync(generated, { recursive: true, force: true })
  const cli = join(root, 'node_modules/prisma/build/index.js')
  say('generating the database client, once after each change of the tables')
  const args = [cli, 'generate', '--no-hints', '--generator', 'client']
  const ended = promisify(execFile)(process.execPath, args, { cwd: root }).then(
    () => {
      manifest.prisma = schema
    },
    ({ message, stdout, stderr }) => {
      throw new Error(`prisma generate failed:\n${stdout ?? message}\n${stderr ?? ''}`)
    },
  )
  // The caller may be busy when it fails.
  ended.catch(() => {})
  return ended
}

async function transpile(manifest, say) {
  const sources = ['src', 'test', 'bench', 'clients/typescript/src'].flatMap((folder) =>
    listSources(join(root, folder)),
  )
  const seen = new Set(sources.map((file) => relative(root, file)))
  for (const gone of Object.keys(manifest.files).filter((file) => !seen.has(file))) {
    rmSync(outputOf(gone), { force: true })
    rmSync(`${outputOf(gone)}.map`, { force: true })
    delete manifest.files[gone]
  }
  const changed = []
  for (const file of sources) {
    const name = relative(root, file)
    const stamp = stampOf(file)
    if (manifest.files[name] === stamp && existsSync(outputOf(name))) continue
    manifest.files[name] = stamp
    changed.push(file)
  }
  if (changed.length === 0) return { written: 0, failures: [] }
  if (changed.length > MANY_FILES) say(`building ${changed.length} files, once after an install or an update`)
  const failures = await writeOutputs(changed)
  for (const name of failures.keys()) delete manifest.files[name]
  return { written: changed.length - failures.size, failures: [...failures.values()] }
}

/** Writes the outputs of all files that compile. Returns the problem of each other file. */
async function writeOutputs(files) {
  const { build: buildFiles } = await import('esbuild')
  const failures = new Map()
  for (let left = files; left.length > 0; ) {
    try {
      await buildFiles({ ...OPTIONS, entryPoints: left })
      break
    } catch (error) {
      // esbuild writes nothing if a file does not compile.
      for (const { location, text } of error.errors ?? []) {
        if (location) failures.set(location.file, `${location.file}:${location.line}:${location.column}: ${text}`)
      }
      const good = files.filter((file) => !failures.has(relative(root, file)))
      if (good.length === left.length) throw error
      left = good
    }
  }
  return failures
}

function listSources(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

function stampOf(file) {
  const { size, mtimeMs } = statSync(file)
  return `${size}:${mtimeMs}`
}

function outputOf(name) {
  return join(buildFolder, name.replace(/\.ts$/, '.js'))
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now()
  const written = await buildWithProgress()
  console.log(`built ${written} files in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
