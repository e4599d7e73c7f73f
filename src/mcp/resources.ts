import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Variables } from '@modelcontextprotocol/sdk/shared/uriTemplate.js'
import { ask, type ReadText, type SendToApi } from '../api-client/api.js'

/** Texts of the service that an agent can read as a whole. */
const TEXTS = [
  {
    ...{ name: 'schema', uri: 'actbench://schema.graphql', path: '/schema.graphql' },
    ...{ title: 'GraphQL schema', description: 'Every type, field and argument of the API.', mimeType: 'text/plain' },
  },
  {
    ...{ name: 'overview', uri: 'actbench://llms.txt', path: '/llms.txt' },
    ...{ title: 'Overview', description: 'What the service has, and where.', mimeType: 'text/plain' },
  },
  {
    ...{ name: 'language', uri: 'actbench://docs/language', path: '/docs/language' },
    ...{ title: 'Expression language', description: 'How a function is written.', mimeType: 'text/html' },
  },
] as const

/** Adds the schema, the page on the language, and a description of each dataset. */
export function addResources(server: McpServer, send: SendToApi, readText: ReadText): void {
  for (const { name, uri, path, ...about } of TEXTS) {
    server.registerResource(name, uri, about, async () => ({
      contents: [{ uri, mimeType: about.mimeType, text: await readText(path) }],
    }))
  }
  const list = async () => {
    const { data } = await ask(send, 'Datasets', {})
    const { nodes } = data.datasets as { nodes: { name: string; title: string }[] }
    return {
      resources: nodes.map(({ name, title }) => ({ uri: toUri(name), name, title, mimeType: 'application/json' })),
    }
  }
  const read = async (uri: URL, { name }: Variables) => {
    const { data } = await ask(send, 'Dataset', { name: String(name) })
    return { contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(data.dataset, null, 2) }] }
  }
  const about = { title: 'Dataset', description: 'What a dataset has: distribution, noise, recipe, surrogate.' }
  server.registerResource('dataset', new ResourceTemplate(toUri('{name}'), { list }), about, read)
}

function toUri(name: string): string {
  return `actbench://datasets/${name}`
}
