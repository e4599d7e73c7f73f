import { readFileSync, writeFileSync } from 'node:fs'

/** Replaces what a page has between the marks of a command. Throws if the marks are missing. */
export function writeBetweenMarks(page: string, command: string, content: string): void {
  const [begin, end] = ['begin', 'end'].map((what) => `<!-- written by ${command}: ${what} -->`)
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page}: marks are missing; expected ${begin} and ${end}`)
  writeFileSync(page, `${text.slice(0, from)}${begin}\n\n${content}\n${text.slice(to)}`)
}
