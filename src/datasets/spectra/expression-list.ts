import { byteOrderMarkLength, findDelimiter } from '../reading/file-format.js'
import { openRecords, readAll, readFirst } from '../reading/read-rows.js'
import { toField } from '../reading/table-fields.js'

/** An expression of a list, with its line. */
export interface ListedExpression {
  readonly text: string
  readonly line: number
}

/**
 * Reads the expressions of a file, in their order: one on each line of a text, the column `expression` of a CSV or of JSON
 * Lines, or a JSON list of texts. Throws an error that names the file.
 */
export async function readExpressionList(path: string): Promise<ListedExpression[]> {
  const head = decode(await readFirst(path)).trimStart()
  if (head.startsWith('[')) return readJsonList(path)
  const [first] = head.split(/\r\n|\n|\r/, 1)
  const names = first.split(findDelimiter(first)).map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
  const isHeader = names.some((name) => toField(name) === 'expression')
  if (head.startsWith('{') || (isHeader && names.length > 1)) return readColumn(path)
  const lines = (await readAll(path)).split(/\r\n|\n|\r/)
  while (lines.length > 0 && lines[lines.length - 1].trim() === '') lines.pop()
  return lines.map((text, i) => ({ text: text.trim(), line: i + 1 })).slice(isHeader ? 1 : 0)
}

async function readColumn(path: string): Promise<ListedExpression[]> {
  const found: ListedExpression[] = []
  for await (const { cells, line } of openRecords(path).records) {
    const name = [...cells.keys()].find((each) => toField(each) === 'expression')
    const cell = name === undefined ? undefined : cells.get(name)
    if (typeof cell !== 'string') throw new Error(`${path}: line ${line}: expected a column expression with a text`)
    found.push({ text: cell.trim(), line })
  }
  return found
}

async function readJsonList(path: string): Promise<ListedExpression[]> {
  let list: unknown
  try {
    list = JSON.parse(await readAll(path))
  } catch (error) {
    throw new Error(`${path}: expected a JSON list of expressions, got ${(error as Error).message}`)
  }
  if (!Array.isArray(list)) throw new Error(`${path}: expected a JSON list of expressions, got another value`)
  const wrong = list.findIndex((text) => typeof text !== 'string')
  if (wrong >= 0) throw new Error(`${path}: element ${wrong + 1}: expected a text, got ${JSON.stringify(list[wrong])}`)
  return list.map((text: string, i) => ({ text, line: i + 1 }))
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(byteOrderMarkLength(bytes))).toString('utf8')
}
