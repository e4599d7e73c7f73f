/** A place that remembers a search: a file, or localStorage of a browser. */
export interface SearchStore {
  /** The stored text, or null. */
  read(): string | null | Promise<string | null>
  /** Stores the text, unless there is one. */
  create(text: string): void | Promise<void>
  /** Replaces the text, so that readers see the old one or the new one. */
  replace(text: string): void | Promise<void>
}

/** A file of this machine. Only Node.js has files. */
export function openFileStore(file: string): SearchStore {
  // An import would be refused by bundlers for browsers.
  const fs = process.getBuiltinModule('node:fs')
  const writePart = (text: string) => {
    const part = `${file}.${crypto.randomUUID()}.part`
    fs.writeFileSync(part, text)
    return part
  }
  return {
    read() {
      try {
        return fs.readFileSync(file, 'utf8')
      } catch (error) {
        if ((error as { code?: string }).code === 'ENOENT') return null
        throw error
      }
    },
    create(text) {
      const part = writePart(text)
      try {
        // Unlike a rename, a link never replaces the file of another program.
        fs.linkSync(part, file)
      } catch (error) {
        if ((error as { code?: string }).code !== 'EEXIST') throw error
      } finally {
        fs.rmSync(part, { force: true })
      }
    },
    replace(text) {
      fs.renameSync(writePart(text), file)
    },
  }
}
