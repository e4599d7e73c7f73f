import type { MappedDataset } from '../../db/datasets/find-public.js'
import { escapeMarkup } from './escape.js'

/** Programs that index the web read the pages and the documents, and not the answers of the API, which have no end. */
export function writeRobots(origin: string): string {
  return [
    'User-agent: *',
    'Allow: /',
    ...['/graphql', '/graphiql', '/export/', '/metrics', '/compare'].map((path) => `Disallow: ${path}`),
    '',
    `Sitemap: ${origin}/sitemap.xml`,
    '',
  ].join('\n')
}

/** The map of the site by the protocol of sitemaps.org. */
export function writeSitemap(origin: string, datasets: readonly MappedDataset[], documents: readonly string[]): string {
  const url = (path: string, changed?: Date) =>
    `  <url><loc>${escapeMarkup(origin + path)}</loc>${changed ? `<lastmod>${changed.toISOString()}</lastmod>` : ''}</url>`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...['/', '/searches', '/jobs'].map((path) => url(path)),
    ...documents.map((path) => url(path)),
    ...datasets.flatMap(({ name, updatedAt }) => [
      url(`/datasets/${name}`, updatedAt),
      url(`/datasets/${name}/map`),
      url(`/surrogates/${name}`),
    ]),
    '</urlset>',
    '',
  ].join('\n')
}

/** Datasets that a program learns of at once; `datasets` of the API lists all. */
const LISTED = 50

/** What a language model needs to know before it asks the service, in the format of llmstxt.org. */
export function writeLlms(origin: string, datasets: readonly MappedDataset[], hasDocuments: boolean): string {
  const link = (path: string, title: string, about: string) => `- [${title}](${origin}${path}): ${about}`
  return [
    '# actbench',
    '',
    '> How well activation functions do on fixed networks: measured accuracies, predictions for functions that nobody',
    '> trained, and searches for better ones, over GraphQL. Reading needs no key.',
    '',
    'Send queries as JSON to POST /graphql. A function is an expression of `x`, such as `max(x,tanh(x))` or `x*sigmoid(x)`.',
    'Answers have the headers RateLimit-Limit and RateLimit-Remaining; `rateLimit { cost }` is the price of a query.',
    'Mutations need a key in the header `Authorization: Bearer abk_...`.',
    '',
    '## API',
    '',
    link('/schema.graphql', 'Schema', 'every type, field and argument, with descriptions'),
    link('/graphql', 'Endpoint', 'GraphQL over HTTP; subscriptions as server-sent events or at /graphql/ws'),
    link('/export/', 'Files', 'all datasets as CSV, JSON Lines and Parquet, with sizes and checksums, as JSON'),
    link('/sitemap.xml', 'Map of the site', 'all pages and datasets'),
    '',
    ...(hasDocuments
      ? [
          '## Documents',
          '',
          link('/docs/language', 'Expression language', 'operators, numbers, names of frameworks'),
          link('/docs/clients', 'Use the API from a program', 'keys, pages, streams, errors'),
          link('/docs/agents', 'Use the service from an agent', 'the Model Context Protocol at POST /mcp'),
          link('/docs/limits', 'Limits', 'prices and sizes'),
          link('/docs/errors', 'Errors', 'each code, and how to react to it'),
          '',
        ]
      : []),
    '## Datasets',
    '',
    ...datasets
      .slice(0, LISTED)
      .map(({ name, title }) =>
        link(
          `/datasets/${name}/croissant.json`,
          name,
          `${title.replace(/[\s[\]()<>]+/g, ' ').trim()}; data in /export/${name}.csv`,
        ),
      ),
    '',
  ].join('\n')
}
