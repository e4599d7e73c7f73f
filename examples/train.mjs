// Has a function trained by the service and waits for the result.
//   ACTBENCH_KEY=... node examples/train.mjs mini-cnn 'gelu(tanh(x))' 0 1
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from './client.mjs'

const [dataset = 'mini-cnn', expression = 'gelu(tanh(x))', ...seeds] = process.argv.slice(2)

// The same training is never done twice: runs that exist come back at once, without a job.
const { trainActivation } = await request(
  `mutation ($input: TrainActivationInput!) {
    trainActivation(input: $input) { jobs { id } runs { seed validationAccuracy } }
  }`,
  { input: { dataset, expression, seeds: seeds.length > 0 ? seeds.map(Number) : [0] } },
)
for (const run of trainActivation.runs) print(run)
for (const { id } of trainActivation.jobs) print(await waitFor(id))

async function waitFor(id) {
  for (let last = ''; ; await sleep(1000)) {
    const { node: job } = await request(
      `query ($id: ID!) {
        node(id: $id) {
          ... on TrainingJob { seed state progress waitingFor failure run { seed validationAccuracy } }
        }
      }`,
      { id },
    )
    if (job.state === 'SUCCEEDED') return job.run
    if (job.state === 'FAILED' || job.state === 'CANCELLED')
      throw new Error(job.failure ?? 'the training was cancelled')
    const line = `seed ${job.seed}: ${job.waitingFor ?? `${Math.round(job.progress * 100)}%`}`
    if (line !== last) console.log(line)
    last = line
  }
}

function print({ seed, validationAccuracy }) {
  console.log(`seed ${seed}: validation accuracy ${validationAccuracy}`)
}
