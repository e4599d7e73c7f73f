// One SQL statement for each question, behind Fastify: the least that an answer can cost.
//   POST /1 to /5, in the order of bench/reads/read-questions.ts; bench/reads.ts starts it with the address of a database
import process from 'node:process'
import Fastify from 'fastify'
import { openService, reportTo } from './measured.mjs'

const service = await openService(process.argv[2])
const OF_DATASET = `from evaluations e where e.dataset_id = (select id from datasets where name = 'mini-cnn')
  order by e.validation_accuracy desc nulls last, e.id limit`
const ID = (type, key) =>
  `rtrim(translate(encode(convert_to('${type}:' || ${key}, 'UTF8'), 'base64'), E'+/\\n', '-_'), '=')`
const STATEMENTS = [
  `select json_agg(json_build_object('id', ${ID('Evaluation', 'e.id')}, 'expression', e.expression,
     'validationAccuracy', e.validation_accuracy, 'testAccuracy', e.test_accuracy, 'activation', json_build_object(
     'id', ${ID('Activation', "encode(a.identity, 'hex')")}, 'expression', a.expression, 'depth', a.depth, 'operators', a.operators))
     order by e.validation_accuracy desc nulls last, e.id)::text as text
   from (select * ${OF_DATASET} 20) e join activations a on a.id = e.activation_id`,
  `select json_agg(json_build_object('id', ${ID('Evaluation', 'e.id')}, 'expression', e.expression,
     'validationAccuracy', e.validation_accuracy, 'validationLoss', e.validation_loss, 'testAccuracy', e.test_accuracy,
     'runtimeSeconds', e.runtime_seconds))::text as text from (select * ${OF_DATASET} 100) e`,
  `select json_agg(json_build_object('expression', e.expression, 'validationAccuracy', e.validation_accuracy, 'runs',
     (select coalesce(json_agg(json_build_object('seed', r.seed, 'validationAccuracy', r.validation_accuracy, 'epochs',
       (select coalesce(json_agg(json_build_object('epoch', c.epoch, 'validationAccuracy', c.validation_accuracy)
         order by c.epoch), '[]') from run_epochs c where c.run_id = r.id)) order by r.seed, r.id), '[]')
      from runs r where r.evaluation_id = e.id)))::text as text
   from (select * ${OF_DATASET} 100) e`,
]

async function answer(number, { variables }) {
  if (number <= 3) {
    const { rows } = await service.pool.query({ name: `read-${number}`, text: STATEMENTS[number - 1] })
    return `{"data":${rows[0].text}}`
  }
  if (number === 4) {
    const near = await service.neighbours(variables.expression, 10)
    const { rows } = await service.pool.query({
      name: 'read-4',
      text: FUNCTION,
      values: [variables.expression, near.map((each) => each.activationId), near.map((each) => each.distance)],
    })
    return `{"data":${rows[0].text}}`
  }
  const { rows } = await service.pool.query({
    name: 'dataset',
    text: "select id from datasets where name = 'mini-cnn'",
  })
  const [statistics, groups] = await Promise.all([
    service.statistics(rows[0].id, 20),
    service.groups(rows[0].id, 'OPERATOR'),
  ])
  return JSON.stringify({
    data: {
      statistics,
      groups: groups.map(({ key, statistics: { count, mean, quartiles } }) => ({
        key,
        statistics: { count, mean, quartiles },
      })),
    },
  })
}

const FUNCTION = `select json_build_object('id', ${ID('Activation', "encode(a.identity, 'hex')")}, 'expression', a.expression,
    'operators', a.operators, 'depth', a.depth,
    'neighbours', (select json_agg(json_build_object('distance', k.distance, 'activation', json_build_object(
        'id', ${ID('Activation', "encode(n.identity, 'hex')")}, 'expression', n.expression)) order by k.place)
      from unnest($2::int[], $3::float8[]) with ordinality k (id, distance, place) join activations n on n.id = k.id),
    'evaluations', (select json_agg(json_build_object('id', ${ID('Evaluation', 'e.id')}, 'dataset', json_build_object('name', d.name),
        'validationAccuracy', e.validation_accuracy, 'testAccuracy', e.test_accuracy) order by e.dataset_id, e.id)
      from evaluations e join datasets d on d.id = e.dataset_id where e.activation_id = a.id))::text as text
  from expressions x join activations a on a.id = x.activation_id where x.text = $1`

const app = Fastify()
app.post('/:number', async (request, reply) => {
  reply.type('application/json')
  return answer(Number(request.params.number), request.body)
})
await app.listen({ port: 0, host: '127.0.0.1' })
reportTo(process, app.server.address().port)
