import { randomUUID } from 'node:crypto'

/** A part of an answer that is JSON already: PostgreSQL wrote it, or it was kept. It is copied into the answer, not read. */
export class JsonText {
  /**
   * @param rows the number of rows, if the text is the nodes of a page
   * @param characters the length of the text for the limit of the answer
   */
  constructor(
    readonly text: string,
    readonly rows: number,
    readonly characters = text.length,
  ) {}

  /** Inside `stringifyAnswer`, a mark that the text replaces; elsewhere the value of the text. */
  toJSON(): unknown {
    if (!collected) return JSON.parse(this.text)
    collected.push(this.text)
    return MARK
  }
}

/** Nobody else knows it, so it is in no text of an answer. */
const MARK = `${randomUUID()}${randomUUID()}`
/** The texts of the answer that is being written; null at other times. */
let collected: string[] | null = null

/** The JSON of an answer, with the texts in it as they are. */
export function stringifyAnswer(answer: unknown): string {
  const texts: string[] = []
  collected = texts
  try {
    const json = JSON.stringify(answer)
    if (texts.length === 0) return `${json}\n`
    const parts = json.split(`"${MARK}"`)
    let whole = parts[0]
    for (const [index, text] of texts.entries()) whole += text + parts[index + 1]
    return `${whole}\n`
  } finally {
    collected = null
  }
}
