// Runs the service and restarts it with every change of a source file:
//   npm run dev                     everything, as `npm start` does
//   npm run dev -- --inspect        options of Node.js are passed on; then the server listens to a debugger on port 9230
//   npm run dev -- server           another command of the command line
// A file that does not compile is reported, and the service keeps running as it was. Ctrl-C ends everything.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { watchFiles } from './watch-files.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const nodeOptions = process.argv.slice(2).filter((argument) => argument.startsWith('-'))
const command = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
/** npm passes on a Ctrl-C that the terminal has already sent. */
const SAME_PRESS_MILLISECONDS = 500

let service = null
let work = Promise.resolve()
let stoppedAt = null

const unwatch = watchFiles(root, ['src', 'web/src', 'prisma', 'seed', 'package.json'], (files) => {
  work = work.then(() => restart(files))
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
say(`watching src/, web/src/ and prisma/; Ctrl-C ends it`)
work = work.then(() => restart([]))

async function restart(files) {
  if (stoppedAt !== null) return
  if (files.length > 0) say(`changed: ${files.slice(0, 3).join(', ')}${files.length > 3 ? ' and others' : ''}`)
  try {
    await build()
  } catch (error) {
    say(`${error.message}\n${service ? 'the service keeps running without this change' : 'waiting for a change'}`)
    return
  }
  await end()
  if (stoppedAt === null) start()
}

/** In a process group of its own, so that one Ctrl-C does not reach it twice: the second one would force its end. */
function start() {
  const args = [...nodeOptions, join(root, 'bin/actbench.js'), ...(command.length > 0 ? command : ['start'])]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
  const ended = new Promise((done) => child.once('close', (status, signal) => done(signal ?? status)))
  const current = { child, ended }
  service = current
  ended.then((status) => {
    if (service !== current) return
    service = null
    if (stoppedAt === null) say(`the service ended (${status}); waiting for a change`)
  })
}

async function end() {
  const ending = service
  service = null
  if (!ending) return
  ending.child.kill('SIGTERM')
  await ending.ended
}

function stop() {
  if (stoppedAt !== null) {
    if (performance.now() - stoppedAt > SAME_PRESS_MILLISECONDS) service?.child.kill('SIGTERM')
    return
  }
  stoppedAt = performance.now()
  unwatch()
  const ending = service
  ending?.child.kill('SIGTERM')
  Promise.all([work, ending?.ended]).then(() => process.exit(0))
}

function say(text) {
  console.log(`dev: ${text}`)
}
