/** Where the service is, and the key that mutations need. */
export const url = process.env.ACTBENCH_URL ?? 'http://127.0.0.1:4000'
export const key = process.env.ACTBENCH_KEY

/** Sends a GraphQL operation and returns its data; throws an error with code and message if there are errors. */
export async function request(query, variables = {}) {
  const headers = { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) }
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await response.json()
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('\n'))
  return data
}
