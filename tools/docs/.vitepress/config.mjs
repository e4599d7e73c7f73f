import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'

/** Pages and their order; scripts/site.mjs writes them from the documents and from schema.graphql. */
const { sidebar, version } = JSON.parse(
  readFileSync(new URL('../../../build/site-source/site.json', import.meta.url), 'utf8'),
)

export default defineConfig({
  title: 'actbench',
  description: 'A GraphQL data service and public benchmark API for activation-function research',
  lang: 'en',
  srcDir: '../../build/site-source',
  outDir: '../../build/site',
  cacheDir: '../../build/site-cache',
  cleanUrls: false,
  // Pages work from any folder of any host, and ask no other host for anything.
  base: process.env.SITE_BASE ?? '/',
  lastUpdated: false,
  themeConfig: {
    nav: [
      { text: 'Researcher', link: '/for/researcher' },
      { text: 'Front-end author', link: '/for/front-end-author' },
      { text: 'Operator', link: '/for/operator' },
      { text: 'API', link: '/api/' },
      { text: version, link: '/CHANGELOG' },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: 'local', options: { detailedView: true } },
    docFooter: { prev: false, next: false },
  },
})
