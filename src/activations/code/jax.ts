import type { CodeRequest } from './code-request.js'
import { toNumberText } from './number-text.js'
import { docstring, indent, pythonBody, writePythonModule } from './python-source.js'
import { writeStatements } from './write-statements.js'

/** A function of arrays; if it has parameters, also of a dictionary of them, which `jax.grad` can differentiate by. */
export function writeJax({ name, description, root, parameters }: CodeRequest): string {
  const names = parameters.map((parameter) => parameter.name)
  const statements = writeStatements([root], { target: 'JAX', parameters: names, hasNames: true })
  const body = pythonBody(statements, ([formula]) => {
    if (root.hasInput) return formula
    return root.kind === 'NUMBER' ? `jnp.full_like(x, ${formula})` : `jnp.broadcast_to(${formula}, x.shape)`
  })
  const prepare = [
    'x = 1.0 * jnp.asarray(x)',
    ...names.map((each) => `${each} = jnp.asarray(parameters["${each}"], x.dtype)`),
  ]
  const initials = parameters.map((each) => `"${each.name}": ${toNumberText('JAX', each.initial, true)}`)
  const hasParameters = parameters.length > 0
  const head = hasParameters ? `def ${name}(x, parameters=${name}_parameters):` : `def ${name}(x):`
  const lines = [head, ...indent([...docstring(description), ...prepare, ...body])]
  const table = hasParameters ? [`${name}_parameters = {${initials.join(', ')}}`] : []
  return writePythonModule('JAX', [...table, lines.join('\n')])
}
