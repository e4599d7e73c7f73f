import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { PROJECT_ROOT } from '../../src/root.js'

const CLI = join(PROJECT_ROOT, 'build/src/cli.js')

/** Runs `actbench <args>` with a text on its standard input. */
export async function feedActbench(
  input: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly stdout: string }> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stdin.end(input)
  const [status] = await once(child, 'close')
  return { status, stdout }
}
