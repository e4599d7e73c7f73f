import { PageTitle } from '../../components/page-title.js'

export function FunctionPage({ expression }: { expression?: string }) {
  return <PageTitle title={expression ?? ''} />
}
