import { LocationProvider, Route, Router } from 'preact-iso/router'
import { SiteFooter, SiteHeader } from './components/site-frame.js'
import { ComparePage } from './pages/compare/compare-page.js'
import { DatasetPage } from './pages/dataset/dataset-page.js'
import { EditorPage } from './pages/editor/editor-page.js'
import { FunctionPage } from './pages/function/function-page.js'
import { HomePage } from './pages/home/home-page.js'
import { JobsPage } from './pages/jobs/jobs-page.js'
import { MapPage } from './pages/map/map-page.js'
import { NotFoundPage } from './pages/not-found-page.js'
import { SearchPage } from './pages/searches/search-page.js'
import { SearchesPage } from './pages/searches/searches-page.js'
import { SurrogatePage } from './pages/surrogate/surrogate-page.js'

/** Addresses that these pages show. The server sends all others, such as /docs, /export and descriptions of datasets as JSON, itself. */
const OWN_ADDRESSES =
  /^\/(?![^?#]*\.json$)(?:(?:datasets|functions|compare|searches|jobs|surrogates|graphql)(?:$|[/?#])|$|[?#])/

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
          <Route path="/datasets/:name/map" component={MapPage} />
          <Route path="/compare" component={ComparePage} />
          <Route path="/functions/:expression" component={FunctionPage} />
          <Route path="/searches" component={SearchesPage} />
          <Route path="/searches/:id" component={SearchPage} />
          <Route path="/jobs" component={JobsPage} />
          <Route path="/surrogates/:name" component={SurrogatePage} />
          <Route path="/graphql" component={EditorPage} />
          <Route default component={NotFoundPage} />
        </Router>
      </main>
      <SiteFooter />
    </LocationProvider>
  )
}
