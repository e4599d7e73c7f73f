import { useState } from 'preact/hooks'
import { ask } from '../../api/client.js'
import { apiKey } from '../../api/key.js'
import { KeyForm } from '../../components/key-form.js'
import { REFIT, type SurrogateVersion } from './surrogate-query.js'
import { FITTED_ALGORITHMS } from './version-table.js'

interface RefitFormProps {
  readonly dataset: string
  readonly versions: readonly SurrogateVersion[]
  addressOf(version: number): string
  /** A fit was requested. */
  onRequest(): void
}

/** Requests a fit with the visitor's key, and shows how far it is. */
export function RefitForm({ dataset, versions, addressOf, onRequest }: RefitFormProps) {
  const [algorithm, setAlgorithm] = useState<keyof typeof FITTED_ALGORITHMS>('UMAP_KNN')
  const [requested, setRequested] = useState<number | null>(null)
  const [problem, setProblem] = useState('')
  const refit = async (event: Event) => {
    event.preventDefault()
    setProblem('')
    try {
      const { updateSurrogate } = await ask(REFIT, { input: { dataset, algorithm } })
      setRequested(updateSurrogate?.surrogate.version ?? null)
      onRequest()
    } catch (error) {
      setProblem((error as Error).message)
    }
  }
  const fit = versions.find(({ version }) => version === requested)
  return (
    <>
      <KeyForm />
      {apiKey.value !== '' && (
        <form class="train refit" onSubmit={refit}>
          <label>
            Algorithm
            <select
              value={algorithm}
              onChange={({ currentTarget }) => setAlgorithm(currentTarget.value as typeof algorithm)}
            >
              {Object.entries(FITTED_ALGORITHMS).map(([name, title]) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <button type="submit">Fit it again</button>
        </form>
      )}
      {problem !== '' && (
        <p class="notice" role="alert">
          {problem}
        </p>
      )}
      {fit && (
        <div class="job" data-state={fit.state}>
          <p role="status">
            {fit.state === 'QUEUED' && `Version ${fit.version} waits for a worker.`}
            {fit.state === 'FITTING' && `Version ${fit.version} is fitted.`}
            {fit.state === 'FAILED' && `Version ${fit.version} failed: ${fit.failure}`}
            {fit.state === 'READY' && (
              <>
                Version {fit.version} is ready. <a href={addressOf(fit.version)}>Show it</a>
              </>
            )}
          </p>
          <progress value={fit.progress} max={1} aria-label={`Progress of version ${fit.version}`} />
        </div>
      )}
    </>
  )
}
