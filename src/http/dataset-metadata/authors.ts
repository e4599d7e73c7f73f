/** The authors in a reference in the format of BibTeX, as `Given Family`. Empty if it names none. */
export function readAuthors(citation: string | null): string[] {
  const [, list = ''] = /\bauthor\s*=\s*[{"]([^"}]{1,2000})[}"]/i.exec(citation ?? '') ?? []
  return list
    .split(/\s+and\s+/)
    .map((author) => {
      const [family, given] = author.split(',', 2).map((part) => part.trim())
      return given ? `${given} ${family}` : family
    })
    .filter((author) => author !== '')
}
