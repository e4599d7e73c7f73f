import { escapeMarkup, toScriptData } from './escape.js'

/** What the head of a page says to search engines and to programs that show a preview of a link. */
export interface PageHead {
  readonly title: string
  readonly description: string
  /** The address without its query; null if the page does not exist. */
  readonly url: string | null
  readonly jsonLd?: object
  /** The address of a feed of its changes. */
  readonly feed?: string
  /** Addresses that the page asks first, so that the browser need not wait for its script. */
  readonly preloads?: readonly string[]
}

/** Longer descriptions are cut by whoever shows them. */
const LONGEST_DESCRIPTION = 300

/** The built document with its title, its description and the preview of a page, in place of its own. */
export function fillHead(
  document: string,
  origin: string,
  { title, description, url, jsonLd, feed, preloads = [] }: PageHead,
): string {
  const [name, about] = [escapeMarkup(title), escapeMarkup(shorten(description))]
  const property = (key: string, content: string) => `<meta property="og:${key}" content="${content}" />`
  const lines = [
    `<title>${name}</title>`,
    `<meta name="description" content="${about}" />`,
    ...[property('site_name', 'actbench'), property('type', 'website')],
    ...[property('title', name), property('description', about)],
    ...[property('image', `${escapeMarkup(origin)}/preview.png`), property('image:width', '1200')],
    ...[property('image:height', '630'), '<meta name="twitter:card" content="summary_large_image" />'],
    ...(url === null
      ? ['<meta name="robots" content="noindex" />']
      : [property('url', escapeMarkup(url)), `<link rel="canonical" href="${escapeMarkup(url)}" />`]),
    ...preloads.map((each) => `<link rel="preload" as="fetch" crossorigin href="${escapeMarkup(each)}" />`),
    ...(feed
      ? [`<link rel="alternate" type="application/atom+xml" title="Changes" href="${escapeMarkup(feed)}" />`]
      : []),
    ...(jsonLd ? [`<script type="application/ld+json">${toScriptData(jsonLd)}</script>`] : []),
  ]
  return document
    .replace(/<title>[^<]*<\/title>\s*/, '')
    .replace(/<meta name="description"[^>]*>\s*/, () => `${lines.join('\n    ')}\n    `)
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= LONGEST_DESCRIPTION ? line : `${line.slice(0, LONGEST_DESCRIPTION - 1)}…`
}
