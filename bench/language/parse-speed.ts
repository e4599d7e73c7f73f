// How many expressions one core parses in a second, and how often it completes a text that is being typed:
// node scripts/build.mjs && node build/bench/language/parse-speed.js
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { completeText } from '../../src/activations/completion/complete.js'
import { formatExpression } from '../../src/activations/expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import {
  ACT_BENCH_OPERATORS,
  ACT_BENCH_SCHEMAS,
  enumerateExpressions,
  parseSchema,
} from '../../src/activations/search-space.js'
import { PROJECT_ROOT } from '../../src/root.js'

const ROUND_MILLISECONDS = 2000

const literature = JSON.parse(readFileSync(join(PROJECT_ROOT, 'test/data/activations/literature.json'), 'utf8')) as [
  string,
  string,
][]
const texts: Readonly<Record<string, readonly string[]>> = {
  'calls of the Act-Bench space': ACT_BENCH_SCHEMAS.flatMap((schema) =>
    Array.from(enumerateExpressions(parseSchema(schema), ACT_BENCH_OPERATORS), formatExpression),
  ),
  'functions of the literature': literature.map(([, text]) => text),
  'their canonical texts': literature.map(([, text]) => formatExpression(parseExpression(text))),
  'names of frameworks': [
    'nn.SiLU()(x)',
    'F.gelu(x, approximate="tanh")',
    'leaky_relu(x, 0.1)',
    'np.where(x > 0, x, 0)',
  ],
  'texts that do not parse': ['rellu(x)', '0,5*x', 'x x', 'torch.nope(x)', 'lambda x: x'],
}

for (const [name, list] of Object.entries(texts)) {
  repeatFor(list, parse, 300)
  print(name, repeatFor(list, parse, ROUND_MILLISECONDS))
}
const typed = literature.flatMap(([, text]) => Array.from({ length: text.length + 1 }, (_, end) => text.slice(0, end)))
repeatFor(typed, completeText, 300)
print('texts while they are typed', repeatFor(typed, completeText, ROUND_MILLISECONDS))

function print(name: string, rate: number): void {
  console.log(`${name.padEnd(30)} ${Math.round(rate).toLocaleString('en')} a second`)
}

function parse(text: string): void {
  try {
    parseExpression(text)
  } catch {
    // Errors take time too.
  }
}

function repeatFor(list: readonly string[], use: (text: string) => void, milliseconds: number): number {
  const started = process.cpuUsage()
  const until = performance.now() + milliseconds
  let count = 0
  while (performance.now() < until) {
    for (const text of list) {
      use(text)
      count++
    }
  }
  const { user, system } = process.cpuUsage(started)
  return count / ((user + system) / 1e6)
}
