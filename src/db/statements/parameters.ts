/** The values of one SQL statement: `add` keeps a value and gives the placeholder that stands for it. */
export class Parameters {
  readonly values: unknown[] = []

  add(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}
