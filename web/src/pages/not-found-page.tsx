import { PageTitle } from '../components/page-title.js'

export function NotFoundPage() {
  return (
    <section class="narrow">
      <PageTitle title="Nothing here" />
      <p>
        This address has no page. <a href="/">Back to the datasets</a>
      </p>
    </section>
  )
}
