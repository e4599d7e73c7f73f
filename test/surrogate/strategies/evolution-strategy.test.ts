import assert from 'node:assert/strict'
import test from 'node:test'
import { createEvolutionStrategy, type EvolvedSpace } from '../../../src/surrogate/strategies/evolution-strategy.js'
import { createRandomStrategy } from '../../../src/surrogate/strategies/random-strategy.js'
import { type Candidate, type Candidates, computeOrderKey } from '../../../src/surrogate/strategies/search-strategy.js'
import { testStrategyLaws } from '../strategy-laws.js'

/** Any free candidate is a mutant of any other; a random order decides which. */
function createShuffledSpace(candidates: Candidates): EvolvedSpace {
  const listed = [...new Map([...candidates].map((candidate) => [candidate.id, candidate])).values()]
  return {
    find: (id) => listed.find((candidate) => candidate.id === id) ?? null,
    mutate(_, random, isFree) {
      const seed = random.integer(2 ** 31)
      const free = listed.filter(({ id }) => isFree(id))
      return free.sort((a, b) => computeOrderKey(seed, a.id) - computeOrderKey(seed, b.id))[0] ?? null
    },
  }
}

for (const populationSize of [5, 100]) {
  testStrategyLaws(`evolution with a population of ${populationSize}`, (candidates, seed) =>
    createEvolutionStrategy({
      random: createRandomStrategy(candidates, seed),
      space: createShuffledSpace(candidates),
      seed,
      populationSize,
    }),
  )
}

/** A space of numbers. The mutant of a number is its nearest free neighbour. */
const NUMBERS: Candidate[] = Array.from({ length: 200 }, (_, id) => ({
  id: String(id),
  expression: String(id),
  prediction: null,
}))

function evolveNumbers(options: { populationSize: number; tournamentSize: number }, parents: string[] = []) {
  const space: EvolvedSpace = {
    find: (id) => NUMBERS[Number(id)] ?? null,
    mutate(parent, random, isFree) {
      parents.push(parent.id)
      const sign = random.integer(2) === 0 ? 1 : -1
      for (let step = 1; step < 400; step++) {
        const id = Number(parent.id) + (step % 2 === 0 ? -sign : sign) * Math.ceil(step / 2)
        if (NUMBERS[id] && isFree(String(id))) return NUMBERS[id]
      }
      return null
    },
  }
  return createEvolutionStrategy({ random: createRandomStrategy(NUMBERS, 1), space, seed: 1, ...options })
}

test('evolution: only the last completed functions with a metric are parents', () => {
  const parents: string[] = []
  const strategy = evolveNumbers({ populationSize: 4, tournamentSize: 1 }, parents)
  const completed = [190, 0, 10, 20, 30, 40].map((id) => ({ id: String(id), validationAccuracy: id / 200 }))
  strategy.update([...completed, { id: '50', validationAccuracy: null }], ['60'])
  strategy.suggest(60)
  assert.deepEqual([...new Set(parents)].sort(), ['10', '20', '30', '40'])
})

test('evolution: the best of a tournament is the parent', () => {
  const parents: string[] = []
  const strategy = evolveNumbers({ populationSize: 4, tournamentSize: 200 }, parents)
  strategy.update(
    [3, 1, 4, 2].map((id) => ({ id: String(id), validationAccuracy: id })),
    [],
  )
  strategy.suggest(10)
  assert.deepEqual(new Set(parents), new Set(['4']))
})

test('evolution: suggestions are random until the population is full', () => {
  const strategy = evolveNumbers({ populationSize: 3, tournamentSize: 2 })
  assert.deepEqual(strategy.suggest(5), createRandomStrategy(NUMBERS, 1).suggest(5))
})

test('evolution: it climbs a hill faster than random search', () => {
  const climb = (strategy: ReturnType<typeof evolveNumbers>) => {
    for (let step = 1; step <= 200; step++) {
      const [{ id }] = strategy.suggest(1)
      if (id === '150') return step
      strategy.update([{ id, validationAccuracy: 1 - Math.abs(Number(id) - 150) / 200 }], [])
    }
    return 200
  }
  let evolved = 0
  let drawn = 0
  for (let seed = 1; seed <= 10; seed++) {
    const random = createRandomStrategy(NUMBERS, seed)
    evolved += climb(
      createEvolutionStrategy({
        random: createRandomStrategy(NUMBERS, seed),
        space: {
          find: (id) => NUMBERS[Number(id)],
          mutate: (parent, generator, isFree) => {
            const free = NUMBERS.filter(({ id }) => isFree(id) && Math.abs(Number(id) - Number(parent.id)) <= 5)
            return free[generator.integer(Math.max(1, free.length))] ?? null
          },
        },
        seed,
        populationSize: 10,
        tournamentSize: 4,
      }),
    )
    drawn += climb(random)
  }
  assert.ok(evolved < drawn / 1.5, `${evolved} against ${drawn} steps`)
})
