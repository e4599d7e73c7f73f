// Builds the Dockerfile's main image like `docker build`, but in plain folders and without a container engine. Then runs
// the result as an ordinary user who cannot write to it: migrate, a server, a worker. Needs npm's registry, and root to
// change the user (without root, the product runs as the current user).
//   node scripts/run-dockerfile.mjs
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const home = mkdtempSync(join(tmpdir(), 'actbench-image-'))
chmodSync(home, 0o755)
/** Stages whose base image has no Node.js, or that download libraries for other hardware. */
const LEFT_OUT = new Set(['build-gpu', 'gpu'])
try {
  const image = buildImage()
  await runImage(image)
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
}

/** Builds the stages in order and returns the last one. */
function buildImage() {
  const stages = new Map()
  let stage = null
  for (const [instruction, rest] of readInstructions()) {
    if (instruction === 'FROM') {
      const [base, , name = 'image'] = rest.split(/\s+/)
      stage = { name, folder: join(home, name), workdir: '/', environment: {}, isLeftOut: LEFT_OUT.has(name) }
      stages.set(name, stage)
      if (stage.isLeftOut) continue
      console.log(`stage ${name}, from ${base}`)
      mkdirSync(stage.folder)
    } else if (!stage.isLeftOut) apply(stage, stages, instruction, rest)
  }
  return stage
}

/** Joins continued lines and removes comments. */
function readInstructions() {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8')
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => /^(\w+)\s+(.*)$/.exec(line).slice(1))
}

function apply(stage, stages, instruction, rest) {
  const inside = (path) => join(stage.folder, path.startsWith('/') ? path : join(stage.workdir, path))
  if (instruction === 'WORKDIR') {
    stage.workdir = rest
    mkdirSync(inside('.'), { recursive: true })
  } else if (instruction === 'ENV') {
    const [, name, value] = /^(\w+)=(.*)$/.exec(rest)
    stage.environment[name] = value
  } else if (instruction === 'COPY') {
    const words = rest.split(/\s+/)
    const from = words[0].startsWith('--from=') ? words.shift().slice(7) : null
    const target = words.pop()
    for (const source of words)
      copy(from ? join(stages.get(from).folder, source) : source, inside(target), from === null)
  } else if (instruction === 'RUN') {
    console.log(`  ${rest}`)
    execFileSync('/bin/sh', ['-c', rest], { cwd: inside('.'), stdio: ['ignore', 'ignore', 'inherit'] })
  } else if (instruction === 'ENTRYPOINT') stage.entrypoint = JSON.parse(rest)
  else if (instruction === 'USER') stage.user = rest.split(':').map(Number)
  else if (!['CMD', 'EXPOSE'].includes(instruction)) throw new Error(`unknown instruction ${instruction}`)
}

function copy(source, target, isContext) {
  if (!isContext) {
    // A file is copied into a folder; the content of a folder becomes the target.
    const path = statSync(source).isDirectory() ? target : join(target, basename(source))
    return cpSync(source, path, { recursive: true, verbatimSymlinks: true })
  }
  // As .dockerignore says: no build outputs, no packages.
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', source], {
    cwd: root,
  })
  for (const name of list
    .toString()
    .split('\0')
    .filter((name) => name && existsSync(join(root, name)))) {
    // A file goes into the folder, a file of a folder keeps its path.
    const path = join(target, name === source ? basename(name) : name)
    mkdirSync(dirname(path), { recursive: true })
    cpSync(join(root, name), path)
  }
}

async function runImage({ folder, workdir, entrypoint, user, environment }) {
  await build()
  const { openEmbeddedPostgres } = await import(join(root, 'build/src/start/embedded-postgres.js'))
  const postgres = await openEmbeddedPostgres(join(home, 'data'), { isDurable: false })
  const port = await findFreePort()
  const account = process.getuid() === 0 ? { uid: user[0], gid: user[1] } : {}
  const [command, ...words] = entrypoint
  const start = (...args) =>
    spawn(command, [...words, ...args], {
      cwd: join(folder, workdir),
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env.PATH,
        ...environment,
        DATABASE_URL: postgres.url,
        PORT: String(port),
        LOG_LEVEL: 'info',
      },
      ...account,
    })
  const ended = (child) => new Promise((done) => child.once('exit', (status, signal) => done(status ?? signal)))
  const expect = (what, came, expected) => {
    if (came !== expected) throw new Error(`${what}: expected ${expected}, got ${came}`)
    console.log(`ok ${what}`)
  }
  try {
    expect('migrate ends with status', await ended(start('migrate')), 0)
    const [server, worker] = [start('server'), start('worker')]
    const ends = [ended(server), ended(worker)]
    try {
      await waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200)
      console.log('ok the server is ready')
      await waitUntil(async () => (await ended(start('worker', '--check'))) === 0)
      console.log('ok the worker is alive')
    } finally {
      for (const child of [server, worker]) child.kill('SIGTERM')
    }
    expect('the server ends with status', await ends[0], 0)
    expect('the worker ends with status', await ends[1], 0)
  } finally {
    await postgres.close()
  }
}

async function waitUntil(condition) {
  const deadline = performance.now() + 300_000
  while (!(await condition().catch(() => false))) {
    if (performance.now() > deadline) throw new Error('expected an answer within 300 s, got none')
    await new Promise((done) => setTimeout(done, 500))
  }
}

function findFreePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
}
