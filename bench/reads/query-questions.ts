/** A question of a researcher, as a query of the API and as hand-written SQL. */
export interface Question {
  readonly name: string
  readonly query: string
  readonly sql: string
  readonly values: readonly unknown[]
  /** Number of rows in the answer of the API, which must equal the number of rows from SQL. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query next to it.
  count(data: any): number
}

const PAGE = `nodes { id expression validationAccuracy testAccuracy activation { id expression depth operators } }`
const ROW = `e.id, e.expression, e.validation_accuracy, e.test_accuracy, encode(a.identity, 'hex') as identity,
  a.expression as representative, a.depth, a.operators`
const OF_DATASET = `from evaluations e join activations a on a.id = e.activation_id
  where e.dataset_id = (select id from datasets where name = 'bench-1')`
const ORDER = 'order by e.validation_accuracy desc nulls last, e.id limit 20'

/** Lists the ten questions. `middle` is a row in the middle of the leaderboard of the dataset `bench-1`. */
export function listQuestions(
  middle: { cursor: string; value: number; id: number },
  expressions: string[],
): Question[] {
  const names = expressions.map((text) => JSON.stringify(text)).join(', ')
  const inDataset = (field: string) => `{ dataset(name: "bench-1") { ${field} } }`
  return [
    {
      name: 'all datasets with their sizes',
      query: '{ datasets { nodes { name title architecture task evaluationCount } } }',
      sql: `select name, title, architecture, task,
        (select count(*) from evaluations e where e.dataset_id = d.id) from datasets d order by id limit 20`,
      values: [],
      count: (data) => data.datasets.nodes.length,
    },
    {
      name: 'leaderboard, first 20 with their functions',
      query: inDataset(`leaderboard(first: 20) { ${PAGE} }`),
      sql: `select ${ROW} ${OF_DATASET} ${ORDER}`,
      values: [],
      count: (data) => data.dataset.leaderboard.nodes.length,
    },
    {
      name: 'leaderboard, 20 rows from the middle, with ranks',
      query: inDataset(`leaderboard(first: 20, after: "${middle.cursor}") { pageInfo { hasNextPage endCursor }
        nodes { rank ${PAGE.slice('nodes {'.length)} }`),
      sql: `select ${ROW}, (select count(*) + 1 from evaluations b
          where b.dataset_id = e.dataset_id and b.validation_accuracy > e.validation_accuracy) as rank ${OF_DATASET}
        and e.validation_accuracy <= $1 and (e.validation_accuracy < $1 or e.id > $2) ${ORDER}`,
      values: [middle.value, middle.id],
      count: (data) => data.dataset.leaderboard.nodes.length,
    },
    {
      name: 'leaderboard of functions with tanh in a range of training accuracy, with the count',
      query:
        inDataset(`leaderboard(filter: { activation: { operators: ["tanh"] }, trainAccuracy: { min: 0.2, max: 0.9 } }) {
        totalCount ${PAGE} }`),
      sql: `select ${ROW}, count(*) over () ${OF_DATASET}
        and a.operators @> array['tanh'] and e.train_accuracy between 0.2 and 0.9 ${ORDER}`,
      values: [],
      count: (data) => data.dataset.leaderboard.nodes.length,
    },
    {
      name: 'one function, by any spelling, with its evaluations',
      query: `{ activation(expression: ${JSON.stringify(expressions[0])}) {
        id expression operators equivalents(first: 5) { nodes } evaluations { dataset { name } validationAccuracy testAccuracy } } }`,
      sql: `select a.id, a.expression, a.operators, d.name, e.validation_accuracy, e.test_accuracy,
          (select array_agg(y.text) from (select text from expressions x where x.activation_id = a.id
            order by length, text collate "C" limit 5) y)
        from expressions t join activations a on a.id = t.activation_id
        join evaluations e on e.activation_id = a.id join datasets d on d.id = e.dataset_id where t.text = $1`,
      values: [expressions[0]],
      count: (data) => data.activation.evaluations.length,
    },
    {
      name: 'five functions compared across three datasets',
      query: `{ compare(expressions: [${names}], datasets: ["bench-1", "bench-2", "bench-3"]) {
        expression activation { id } evaluations { validationAccuracy testAccuracy } } }`,
      sql: `select t.text, d.name, e.validation_accuracy, e.test_accuracy from unnest($1::text[]) as t(text)
        cross join (select * from datasets where name = any (array['bench-1', 'bench-2', 'bench-3'])) d
        join expressions x on x.text = t.text
        left join lateral (select * from evaluations e where e.dataset_id = d.id
          and e.activation_id = x.activation_id order by e.expression = t.text desc, e.id limit 1) e on true`,
      values: [expressions],
      count: (data) =>
        data.compare.reduce((sum: number, each: { evaluations: unknown[] }) => sum + each.evaluations.length, 0),
    },
    {
      name: 'statistics of a metric with a histogram',
      query: inDataset(
        'statistics(bins: 50) { count minimum maximum mean standardDeviation quartiles histogram { from to count } }',
      ),
      sql: `with v as (select validation_accuracy as value from evaluations
          where dataset_id = (select id from datasets where name = 'bench-1') and validation_accuracy is not null),
        s as (select count(*), min(value), max(value), avg(value), stddev_pop(value),
          percentile_cont(array[0.25, 0.5, 0.75]) within group (order by value) from v)
        select s.*, width_bucket(v.value, s.min, s.max + 1e-12, 50) as bin, count(*) from v, s
        group by s.count, s.min, s.max, s.avg, s.stddev_pop, s.percentile_cont, bin order by bin`,
      values: [],
      count: (data) => data.dataset.statistics.histogram.length,
    },
    {
      name: 'medians for each operator',
      query: inDataset('groups(by: OPERATOR) { key statistics { count mean quartiles } }'),
      sql: `select operator, count(e.validation_accuracy), avg(e.validation_accuracy),
          percentile_cont(array[0.25, 0.5, 0.75]) within group (order by e.validation_accuracy) as quartiles
        from evaluations e join activations a on a.id = e.activation_id cross join unnest(a.operators) operator
        where e.dataset_id = (select id from datasets where name = 'bench-1') group by operator`,
      values: [],
      count: (data) => data.dataset.groups.length,
    },
    {
      name: 'all functions with tanh that nobody has evaluated yet',
      query:
        '{ activations(filter: { operators: ["tanh"], notEvaluatedIn: "bench-1", isFinite: true }) { nodes { id expression depth } } }',
      sql: `select encode(a.identity, 'hex'), a.expression, a.depth from activations a
        where a.operators @> array['tanh'] and a.is_finite and not exists (select from evaluations e
          where e.activation_id = a.id and e.dataset_id = (select id from datasets where name = 'bench-1'))
        order by a.depth, a.id limit 20`,
      values: [],
      count: (data) => data.activations.nodes.length,
    },
    {
      name: 'all functions whose text contains a given part',
      query:
        '{ activations(filter: { contains: "max_n(tanh(x),erf" }) { nodes { id expression equivalents(first: 1) { nodes } } } }',
      sql: `select encode(a.identity, 'hex'), a.expression from activations a
        where a.id in (select activation_id from expressions where text like '%max\\_n(tanh(x),erf%')
        order by a.depth, a.id limit 20`,
      values: [],
      count: (data) => data.activations.nodes.length,
    },
  ]
}
