import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { test } from 'node:test'
import { forkCommand, SERVER_PROCESS } from '../../src/start/child-command.js'

test('a server is started with the settings that save memory, and those of this process count more', async (t) => {
  process.env.NODE_OPTIONS = '--max-semi-space-size=32'
  t.after(() => delete process.env.NODE_OPTIONS)
  for (const [command, options, arenas] of [
    [
      'server',
      `${SERVER_PROCESS.options.join(' ')} --max-semi-space-size=32`,
      SERVER_PROCESS.settings.MALLOC_ARENA_MAX,
    ],
    ['worker', '--max-semi-space-size=32', process.env.MALLOC_ARENA_MAX],
  ] as const) {
    const child = forkCommand([command, '--help'], {}, [])
    const environment = readFileSync(`/proc/${child.pid}/environ`, 'utf8').split('\0')
    const settingOf = (name: string) => environment.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1)
    assert.deepEqual([settingOf('NODE_OPTIONS'), settingOf('MALLOC_ARENA_MAX')], [options, arenas], command)
    assert.deepEqual(await once(child, 'exit'), [0, null])
  }
})
