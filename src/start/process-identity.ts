import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/**
 * Returns a text that identifies a running process. Its number alone would not be enough: another process may get the same
 * number later, or the number may come with a copy of a folder from another machine. Null if no such process runs.
 */
export function identifyProcess(pid: number): string | null {
  try {
    if (!existsSync('/proc/self/stat')) {
      const started = execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], { encoding: 'utf8', stdio: 'pipe' })
      return `${pid} ${started.trim()}`
    }
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    // The fields after the name, which may hold spaces: state is the third field, the start time the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[0] === 'Z' ? null : `${pid} ${boot} ${fields[19]}`
  } catch {
    return null
  }
}
