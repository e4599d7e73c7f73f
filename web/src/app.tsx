import { LocationProvider, Route, Router } from 'preact-iso/router'
import { SiteFooter, SiteHeader } from './components/site-frame.js'
import { DatasetPage } from './pages/dataset/dataset-page.js'
import { FunctionPage } from './pages/function/function-page.js'
import { HomePage } from './pages/home/home-page.js'
import { NotFoundPage } from './pages/not-found-page.js'

/** Addresses that these pages show. The server sends all others, such as /graphql and /export, itself. */
const OWN_ADDRESSES = /^\/(?:(?:datasets|functions|compare|searches|jobs|surrogates)(?:$|[/?#])|$|[?#])/

export function App() {
  return (
    <LocationProvider scope={OWN_ADDRESSES}>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <SiteHeader />
      <main id="content">
        <Router>
          <Route path="/" component={HomePage} />
          <Route path="/datasets/:name" component={DatasetPage} />
          <Route path="/functions/:expression" component={FunctionPage} />
          <Route default component={NotFoundPage} />
        </Router>
      </main>
      <SiteFooter />
    </LocationProvider>
  )
}
