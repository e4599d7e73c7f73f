/** An address with some of its parameters changed. Null or an empty text removes one. */
export function changeAddress(
  path: string,
  query: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>>,
): string {
  const parameters = new URLSearchParams(
    Object.entries({ ...query, ...change }).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
  const text = parameters.toString()
  return text === '' ? path : `${path}?${text}`
}
