import { PageTitle } from '../../components/page-title.js'

export function DatasetPage({ name }: { name?: string }) {
  return <PageTitle title={name ?? ''} />
}
