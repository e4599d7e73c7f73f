import type { OperatorForm } from './operator-forms.js'

/** The functions of one operator as source: its value, and the factors of its partial derivatives, by its operands. */
export function operatorSource(form: OperatorForm): { readonly value: string; readonly factors: string } {
  const locals = Object.entries(form.locals ?? {}).map(([name, formula]) => `const ${name} = ${formula}\n`)
  const head = `${locals.join('')}const v = ${form.value}\n`
  const factors = form.derivatives.map((slope) => `[${[slope].flat().join(', ')}]`)
  return {
    value: `(a, b, c) => { ${head} return v }`,
    factors: `(a, b, c) => { ${head} return [${factors.join(', ')}] }`,
  }
}
