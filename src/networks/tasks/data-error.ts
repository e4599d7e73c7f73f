/** What is wrong with a file of data, in the words that every reader uses. Throws an error of one line. */
export function refuseFile(file: string, expected: string, got: string): never {
  throw new Error(`${file}: expected ${expected}, got ${got}`)
}
