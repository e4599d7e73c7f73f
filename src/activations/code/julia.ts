import type { CodeRequest } from './code-request.js'
import { listHelpers } from './helpers.js'
import { toNumberText } from './number-text.js'
import { indent } from './python-source.js'
import { writeStatements } from './write-statements.js'

/** A function of one number, for `f.(x)`, or a layer of Flux if it has parameters. */
export function writeJulia({ name, description, root, parameters }: CodeRequest): string {
  const names = parameters.map((parameter) => parameter.name)
  const { definitions, results } = writeStatements([root], { target: 'JULIA', parameters: names, hasNames: true })
  const result = root.kind === 'NUMBER' && !results[0].startsWith('T(') ? `T(${results[0]})` : results[0]
  const formula = root.kind === 'NUMBER' || root.hasInput ? result : `${result} + zero(x)`
  const statements = [...definitions.map((each) => `${each.name} = ${each.formula}`), `return ${formula}`]
  const usesType = statements.some((line) => /\bT\(/.test(line))
  const prepare = ['x = float(x)', ...(usesType ? ['T = typeof(x)'] : [])]
  const documentation = ['"""', ...description, '"""']
  const isLayer = parameters.length > 0
  const main = isLayer
    ? [
        `function ${name}_value(${['x::Real', ...names].join(', ')})`,
        ...indent([...prepare, ...statements]),
        'end',
        '',
        ...documentation,
        `struct ${name}{P}`,
        ...indent(names.map((each) => `${each}::P`)),
        'end',
        '',
        `${name}() = ${name}(${parameters.map((each) => `[${toFloat32(each.initial)}]`).join(', ')})`,
        `(layer::${name})(x) = ${name}_value.(x, ${names.map((each) => `layer.${each}`).join(', ')})`,
        `Flux.@layer ${name}`,
      ]
    : [...documentation, `function ${name}(x::Real)`, ...indent([...prepare, ...statements]), 'end']
  const text = main.join('\n')
  const helpers = listHelpers('JULIA', text)
  const whole = [...helpers, text].join('\n')
  const packages = ['Flux', 'NNlib', 'SpecialFunctions'].filter((each) => whole.includes(`${each}.`))
  const imports = packages.length === 0 ? '' : `import ${packages.join(', ')}\n\n`
  return `${imports}${helpers.map((line) => `${line}\n`).join('')}${helpers.length > 0 ? '\n' : ''}${text}\n`
}

function toFloat32(value: number): string {
  const text = toNumberText('NUMPY', value, true)
  return text.includes('e') ? text.replace('e', 'f') : `${text}f0`
}
