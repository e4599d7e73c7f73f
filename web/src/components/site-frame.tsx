/** The bar at the top of every page. */
export function SiteHeader() {
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
          <a href="/#datasets">Datasets</a>
          <a href="/searches">Searches</a>
          <a href="/jobs">Jobs</a>
          <a href="/compare">Compare</a>
          <a href="/graphql">API</a>
          <a href="/docs">Docs</a>
        </nav>
      </div>
    </header>
  )
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
