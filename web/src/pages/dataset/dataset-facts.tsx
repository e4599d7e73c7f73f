import { CodeBlock } from '../../components/code-block.js'
import { formatCount, formatDate, formatPercent } from '../../language/numbers.js'
import type { DatasetDetails } from './dataset-query.js'

const FORMATS = [
  { path: '.csv', title: 'CSV' },
  { path: '.jsonl', title: 'JSON Lines' },
  { path: '.parquet', title: 'Parquet' },
  { path: '.json', title: 'Act-Bench JSON' },
  { path: '/evaluations.parquet', title: 'Ranks, predictions, properties' },
  { path: '/runs.jsonl', title: 'Runs' },
  { path: '/', title: 'All files, with checksums' },
]

const DESCRIPTIONS = [
  { file: 'croissant.json', title: 'Croissant' },
  { file: 'datacite.json', title: 'DataCite' },
  { file: 'schema-org.json', title: 'schema.org' },
]

/** The noise of the measurements, the licence, the reference, and the data as files. */
export function DatasetFacts({ dataset }: { dataset: DatasetDetails }) {
  const { name, seedNoise, license, citation, sourceUrl, version, updatedAt } = dataset
  const address = `${location.origin}/export/${name}`
  return (
    <section aria-labelledby="data-title">
      <h2 id="data-title">Data</h2>
      <dl class="facts">
        <div>
          <dt>Noise of one run</dt>
          <dd>
            {seedNoise
              ? `± ${formatPercent(seedNoise.standardDeviation, seedNoise.standardDeviation)} points, from ${formatCount(seedNoise.runs)} runs of ${formatCount(seedNoise.evaluations)} functions`
              : 'not known: no function has several runs'}
          </dd>
        </div>
        <div>
          <dt>Licence</dt>
          <dd>{license ?? 'not known'}</dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>
            {version}, changed on {formatDate(updatedAt)}
          </dd>
        </div>
        {sourceUrl && (
          <div>
            <dt>Source</dt>
            <dd>
              <a href={sourceUrl} rel="noreferrer">
                {sourceUrl}
              </a>
            </dd>
          </div>
        )}
      </dl>
      {citation && (
        <>
          <h3>Please cite</h3>
          <CodeBlock label="Reference" code={citation} />
        </>
      )}
      <h3>Download</h3>
      <ul class="downloads">
        {FORMATS.map(({ path, title }) => (
          <li key={path}>
            <a href={`/export/${name}${path}`}>{title}</a>
          </li>
        ))}
      </ul>
      <p class="quiet">
        Descriptions for programs:{' '}
        {DESCRIPTIONS.map(({ file, title }, index) => (
          <>
            {index > 0 && ', '}
            <a href={`/datasets/${name}/${file}`}>{title}</a>
          </>
        ))}
      </p>
      <CodeBlock label="pandas" code={`pd.read_csv("${address}.csv")  # import pandas as pd`} />
      <CodeBlock label="DuckDB" code={`SELECT * FROM read_parquet('${address}.parquet') LIMIT 10;`} />
      <CodeBlock label="curl" code={`curl --compressed -O ${address}.jsonl`} />
    </section>
  )
}
