// Writes the code of a dozen functions in every target to test/data/code/, which a test compares, and the examples of
// docs/code.md.
//   npm run build && node scripts/pages/code-texts.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CODE_TARGETS } from '../../build/src/activations/code/code-target.js'
import { generateCode } from '../../build/src/activations/code/generate-code.js'
import { parseText } from '../../build/src/activations/language/parse-text.js'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const FUNCTIONS = [
  'gelu(x)',
  'x*sigmoid(1.702*x)',
  '0.5*x*(1+tanh(0.79788456*(x+0.044715*x**3)))',
  'where(x > 0, x, exp(x)-1)',
  'prelu(x)',
  'param(0.8,"a")*softplus(x)**param(1.5)',
  'clip(x, 0, 6)*erfc(-x)',
  'mish(x)+log_sigmoid(x)',
  'min(relu(x), 2*(exp(x/2)-1))',
  'where(x == 0, 1, sin(x)/x)',
  'step(x)',
  'bessel_i0e(x)*sinc(x)',
]
const LANGUAGES = { TENSORFLOW_JS: 'js', JULIA: 'julia', LATEX: 'latex' }

for (const target of CODE_TARGETS) {
  const parts = FUNCTIONS.map(
    (text) => `#### ${text}\n${generateCode(parseText(text), { target, name: 'activation' })}`,
  )
  writeFileSync(join(root, `test/data/code/${target.toLowerCase()}.txt`), parts.join('\n'))
}

const page = join(root, 'docs/code.md')
const written = readFileSync(page, 'utf8').replace(
  /(<!-- code: (\S+) (\S+) (.+?) -->\n)[\s\S]*?(\n<!-- end -->)/g,
  (_, start, target, name, text, end) => {
    const code = generateCode(parseText(text), { target, name })
    return `${start}\n\`\`\`${LANGUAGES[target] ?? 'python'}\n${code}\`\`\`\n${end}`
  },
)
writeFileSync(page, written)
