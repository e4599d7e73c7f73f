import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { PROJECT_ROOT } from '../../src/root.js'

const FOLDER = join(PROJECT_ROOT, 'build/test/networks')
const BACKEND_FILE = join(PROJECT_ROOT, 'build/src/networks/backends/backend.js')

// A process has one backend, so the same tests run again in processes of their own.
describe('The networks on the optional backends', { skip: process.env.TEST_BACKEND !== undefined }, () => {
  for (const name of ['tfjs-node', 'webgpu']) {
    it(`pass their tests on ${name}, if it is installed`, (t) => {
      const open = `await (await import(${JSON.stringify(BACKEND_FILE)})).openBackend(${JSON.stringify(name)})`
      const opened = run(['--input-type=module', '--eval', open], {})
      if (opened.status !== 0) return t.skip(opened.stderr.match(/could not be opened: .*/)?.[0] ?? 'not here')
      const files = [...testsIn('.'), ...testsIn('kernels')]
      const { status, stdout, stderr } = run(['--test', ...files.map((file) => join(FOLDER, file))], {
        TEST_BACKEND: name,
      })
      assert.equal(status, 0, `${stdout}\n${stderr}`)
    })
  }
})

function testsIn(folder: string): string[] {
  const files = readdirSync(join(FOLDER, folder)).filter((file) => /(?<!other-backends)\.test\.js$/.test(file))
  return files.map((file) => join(folder, file))
}

function run(args: string[], environment: Record<string, string>) {
  // The variables that the test runner sets would make the inner runner silent.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...inherited, ...environment } })
}
