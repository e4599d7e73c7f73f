import { useMemo } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { ApiError } from '../../api/client.js'
import { useQuery } from '../../api/use-query.js'
import { Histogram } from '../../components/histogram.js'
import { PageTitle } from '../../components/page-title.js'
import { QueryStatus } from '../../components/query-status.js'
import { formatCount, formatPercent, shorten } from '../../language/numbers.js'
import { DatasetFacts } from './dataset-facts.js'
import { DatasetLinks } from './dataset-links.js'
import { DATASET, FIND } from './dataset-query.js'
import { FilterForm } from './filter-form.js'
import { FindFunction } from './find-function.js'
import { LeaderboardTable } from './leaderboard-table.js'
import { OperatorGroups } from './operator-groups.js'
import { Snapshots } from './snapshots.js'
import { readSettings, type TableSettings, writeSettings } from './table-settings.js'
import { useLeaderboard } from './use-leaderboard.js'

const ORIGINS = { IMPORTED: 'imported', REPORTED: 'reported by clients', TRAINED: 'trained by this service' } as const

/** Each dataset has a page of its own, so that nothing of the dataset before is shown. */
export function DatasetPage({ name = '' }: { name?: string }) {
  return <DatasetView key={name} name={name} />
}

function DatasetView({ name }: { name: string }) {
  const { query, path, route } = useLocation()
  const state = useQuery(DATASET, { name })
  const settings = useMemo(() => readSettings(query), [query])
  const find = query.find ?? ''
  const found = useQuery(FIND, { name, expression: find, metric: settings.metric.name }, { isPaused: find === '' })
  const board = useLeaderboard(name, settings)
  const evaluation = find === '' ? null : found.data?.dataset?.evaluation
  const target = useMemo(
    () => (evaluation?.rank ? { id: evaluation.id, rank: evaluation.rank } : null),
    [evaluation?.id, evaluation?.rank],
  )
  const dataset = state.data?.dataset
  if (!dataset) {
    const isUnknown = state.error instanceof ApiError && state.error.code === 'NOT_FOUND'
    return (
      <section>
        <PageTitle title={name} />
        <QueryStatus state={state} />
        {isUnknown && <a href="/">All datasets</a>}
      </section>
    )
  }
  const noise = dataset.seedNoise?.standardDeviation ?? null
  const { histogram, quartiles, maximum } = dataset.statistics
  const scale = [quartiles[1] ?? 0, (maximum ?? 1) + 2 * (noise ?? 0)] as const
  const set = (next: TableSettings) => route(writeSettings(path, next, find), true)
  return (
    <>
      <section>
        <PageTitle title={dataset.title} />
        <p class="subtitle">
          {shorten(dataset.architecture)} · {shorten(dataset.task)} · {ORIGINS[dataset.origin]}
        </p>
        <DatasetLinks name={name} isTrainable={dataset.trainable} />
        <p class="description">{dataset.description}</p>
        <details class="description">
          <summary>Network and task</summary>
          <p>{dataset.architecture}.</p>
          <p>{dataset.task}.</p>
        </details>
        <dl class="numbers">
          <div>
            <dt>Functions</dt>
            <dd>{formatCount(board?.isRanking ? board.total : dataset.evaluationCount)}</dd>
          </div>
          <div>
            <dt>Best</dt>
            <dd>{formatPercent(maximum, noise)}%</dd>
          </div>
          <div>
            <dt>Median</dt>
            <dd>{formatPercent(quartiles[1], noise)}%</dd>
          </div>
          <div>
            <dt>Noise of one run</dt>
            <dd>{noise === null ? '–' : `±${formatPercent(noise, noise)}`}</dd>
          </div>
        </dl>
      </section>
      <section aria-labelledby="leaderboard-title">
        <h2 id="leaderboard-title">Leaderboard</h2>
        <FindFunction
          find={find}
          state={found}
          onFind={(expression) => route(writeSettings(path, settings, expression), true)}
          bins={histogram}
          noise={noise}
        />
        <FilterForm settings={settings} operators={dataset.groups.map(({ key }) => key)} onSettings={set} />
        {board?.error && (
          <p class="notice" role="alert">
            {board.error.message}
          </p>
        )}
        {board && board.error === null && (
          <>
            <p class="quiet count" role="status">
              {formatCount(board.total)} {board.total === 1 ? 'function' : 'functions'}
            </p>
            <LeaderboardTable board={board} noise={noise} scale={scale} found={target} />
          </>
        )}
      </section>
      <section class="two-columns">
        <div>
          <h2>Distribution</h2>
          <Histogram
            bins={histogram}
            height={160}
            label={`Distribution of the validation accuracy in ${dataset.title}`}
          />
          <p class="quiet small">
            Validation accuracy of all functions. The height of a bar is the square root of its number of functions.
          </p>
        </div>
        <div>
          <h2>Operators</h2>
          <p class="quiet small">Median, quartiles and best of the functions that contain an operator.</p>
          <OperatorGroups
            groups={dataset.groups}
            scale={[quartiles[0] ?? 0, maximum ?? 1]}
            addressOf={(operators) => writeSettings(path, { ...readSettings({}), operators }, '')}
          />
        </div>
      </section>
      <Snapshots name={name} />
      <DatasetFacts dataset={dataset} />
    </>
  )
}
