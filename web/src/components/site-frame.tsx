import { useLocation } from 'preact-iso/router'
import { ConnectionNotice } from './connection-notice.js'
import links from './site-links.json' with { type: 'json' }

/** The bar at the top of every page. The documents have the same links. */
export function SiteHeader() {
  const { path } = useLocation()
  return (
    <header class="site-header">
      <div class="inner">
        <a class="wordmark" href="/">
          <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
            <rect width="32" height="32" rx="7" />
            <path d="M5 20.5c6 0 8.5 2.5 11.5 1.5 4-1.5 5.5-9 10.5-14.5" />
          </svg>
          actbench
        </a>
        <nav aria-label="Main">
          {links.map(({ title, address, section }) => (
            <a key={section} href={address} aria-current={placeIn(section, path)}>
              {title}
            </a>
          ))}
        </nav>
      </div>
      <ConnectionNotice />
    </header>
  )
}

/** Whether a link leads to the page that is shown, or to the part of the site around it. */
function placeIn(section: string, path: string): 'page' | 'true' | undefined {
  if (path === section) return 'page'
  return path.startsWith(`${section}/`) ? 'true' : undefined
}

export function SiteFooter() {
  return (
    <footer class="site-footer">
      <div class="inner">
        <p>
          All numbers come from the public <a href="/graphql">GraphQL API</a>. Reading needs no key.
        </p>
      </div>
    </footer>
  )
}
