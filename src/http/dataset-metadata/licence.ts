const OTHERS: Readonly<Record<string, string>> = {
  'cc0 1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
  'apache 2.0': 'https://www.apache.org/licenses/LICENSE-2.0',
  mit: 'https://opensource.org/license/mit',
}

/** The address of a licence that is named by its short name, such as `CC BY 4.0`. Null for other texts. */
export function findLicenceUrl(licence: string | null): string | null {
  if (licence === null) return null
  if (/^https?:\/\/[^\s<>"]+$/.test(licence)) return licence
  const name = licence
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, ' ')
  const [, terms, version] = /^cc (by(?: (?:nc|sa|nd)){0,2}) (\d\.\d)$/.exec(name) ?? []
  if (terms) return `https://creativecommons.org/licenses/${terms.replaceAll(' ', '-')}/${version}/`
  return OTHERS[name] ?? null
}
