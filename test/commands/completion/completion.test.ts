import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runActbench } from '../../support/actbench.js'
import { makeFolder } from '../../support/folder.js'

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0
const skip = (shell: string) => !has(shell) && `${shell} is missing`

/** Writes the script of a shell into a file. */
async function writeScript(folder: string, shell: string): Promise<string> {
  const { status, stdout, stderr } = await runActbench(['completion', shell], {})
  assert.deepEqual([status, stderr], [0, ''])
  const file = join(folder, `actbench.${shell}`)
  writeFileSync(file, stdout)
  return file
}

test('bash completes commands, options, and their values', { skip: skip('bash') }, async () => {
  const folder = makeFolder()
  const script = await writeScript(folder, 'bash')
  writeFileSync(join(folder, 'train.py'), '')
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash expands it.
  const shown = 'source "$0"; COMP_WORDS=(actbench "$@"); COMP_CWORD=$#; _actbench; printf "%s\\n" "${COMPREPLY[@]}"'
  /** What bash offers after these words, the last of which is being typed. */
  const complete = (...words: string[]) => {
    const { stdout, stderr } = spawnSync('bash', ['-c', shown, script, ...words], { cwd: folder, encoding: 'utf8' })
    assert.equal(stderr, '')
    return stdout.split('\n').filter((word) => word !== '')
  }
  const { stdout: help } = await runActbench(['--help'], {})
  const commands = [...help.matchAll(/^ {2}([a-z][a-z-]+)(?= )/gm)].map(([, name]) => name)
  assert.ok(commands.length > 20)
  assert.deepEqual(complete('').sort(), commands.sort())
  assert.deepEqual(complete('ev'), ['evaluations'])
  assert.ok(complete('dataset', '').includes('close-exports'))
  assert.deepEqual(complete('search', ''), ['run', 'simulate', 'help'])
  assert.deepEqual(complete('--url', 'http://127.0.0.1:4000', 'key'), ['keys'])
  assert.deepEqual(complete('evaluations', 'mini-cnn', '--metric', 'v'), ['validation-accuracy', 'validation-loss'])
  assert.ok(complete('evaluations', 'mini-cnn', '--').includes('--csv'))
  assert.ok(!complete('keys', 'list', '--').includes('--csv'))
  assert.deepEqual(complete('search', 'run', 'mini-cnn', '--key-f'), ['--key-file'])
  assert.deepEqual(complete('completion', 'f'), ['fish'])
  // Files: of a query, of an option, and of a program after the options.
  for (const words of [['query'], ['--key-file'], ['search', 'run', 'mini-cnn', '--', 'python']]) {
    assert.deepEqual(complete(...words, 'tr'), ['train.py'], words.join(' '))
  }
})

test('zsh and fish read their scripts', async () => {
  const folder = makeFolder()
  for (const shell of ['zsh', 'fish']) {
    const script = await writeScript(folder, shell)
    if (!has(shell)) continue
    const { status, stderr } = spawnSync(shell, ['-n', script], { encoding: 'utf8' })
    assert.deepEqual([status, stderr], [0, ''])
  }
  assert.equal((await runActbench(['completion', 'powershell'], {})).status, 2)
})

test('fish completes commands, options, and their values', { skip: skip('fish') }, async () => {
  const script = await writeScript(makeFolder(), 'fish')
  const complete = (line: string) => {
    const { stdout } = spawnSync('fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`], {
      encoding: 'utf8',
    })
    return stdout.split('\n').map((each) => each.split('\t')[0])
  }
  assert.ok(complete('actbench ev').includes('evaluations'))
  assert.ok(complete('actbench --url x dataset ').includes('close-exports'))
  assert.ok(complete('actbench evaluations m --metric v').includes('validation-loss'))
})
