import { useState } from 'preact/hooks'
import { ask } from '../../api/client.js'
import type { ResultOf } from '../../api/graphql.js'
import { formatCount } from '../../language/numbers.js'
import { type FunctionDetails, SPELLINGS } from './function-query.js'

/** The other spellings of a function: the first ones, and all if the visitor asks. */
export function Spellings({ activation: { expression, equivalents } }: { activation: FunctionDetails }) {
  const [more, setMore] = useState<readonly string[]>([])
  const [isLoading, setLoading] = useState(false)
  const [problem, setProblem] = useState('')
  const texts = [...equivalents.nodes, ...more]
  const others = texts.filter((text) => text !== expression)
  const loadRest = async () => {
    setLoading(true)
    setProblem('')
    try {
      const found: string[] = []
      let after: string | null | undefined = equivalents.pageInfo.endCursor
      while (after) {
        const answer: ResultOf<typeof SPELLINGS> = await ask(SPELLINGS, { expression, after })
        const page = answer.activation?.equivalents
        found.push(...(page?.nodes ?? []))
        after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
      }
      setMore(found)
    } catch (error) {
      setProblem((error as Error).message)
    }
    setLoading(false)
  }
  if (others.length === 0) return null
  const count = equivalents.totalCount - 1
  return (
    <details>
      <summary>
        {formatCount(count)} other {count === 1 ? 'spelling' : 'spellings'}
      </summary>
      <ul class="spellings">
        {others.map((text) => (
          <li key={text}>
            <code>{text}</code>
          </li>
        ))}
      </ul>
      {texts.length < equivalents.totalCount && (
        <button type="button" disabled={isLoading} onClick={() => void loadRest()}>
          Show all
        </button>
      )}
      <p role="status">{problem}</p>
    </details>
  )
}
