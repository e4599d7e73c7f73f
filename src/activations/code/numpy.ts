import type { CodeNode } from './code-node.js'
import type { CodeRequest } from './code-request.js'
import { derive } from './derive.js'
import { toNumberText } from './number-text.js'
import { docstring, indent, pythonBody, writePythonModule } from './python-source.js'
import { writeStatements } from './write-statements.js'

/** A function of arrays and its derivatives, with the parameters as keyword arguments. */
export function writeNumpy(request: CodeRequest): string {
  const { name, description, builder, root, parameters } = request
  const needsCare = request.needsCare()
  const slopeBy = (by: CodeNode) => derive(builder, root, by, needsCare)
  const bySlot = parameters.map((_, slot) => slopeBy(builder.parameter(slot)))
  const functions = [
    writeFunction(request, name, description, [root]),
    writeFunction(request, `${name}_derivative`, [`The derivative of ${name} by x.`], [slopeBy(builder.input)]),
  ]
  if (parameters.length > 0) {
    const text = [`The derivatives of ${name} by each parameter, by name.`]
    const names = parameters.map((parameter) => parameter.name)
    functions.push(writeFunction(request, `${name}_parameter_derivatives`, text, bySlot, names))
  }
  return writePythonModule('NUMPY', functions)
}

/** A function that returns one array, or a dictionary if its results have keys. */
function writeFunction(
  { parameters, hasHazards, needsCare }: CodeRequest,
  name: string,
  description: readonly string[],
  roots: readonly CodeNode[],
  keys?: readonly string[],
): string {
  const names = parameters.map((parameter) => parameter.name)
  const statements = writeStatements(roots, { target: 'NUMPY', parameters: names, hasNames: true })
  const body = pythonBody(statements, (formulas) => {
    const arrays = formulas.map((formula, i) => toArray(roots[i], formula))
    return keys === undefined ? arrays[0] : `{${keys.map((key, i) => `"${key}": ${arrays[i]}`).join(', ')}}`
  })
  const initials = parameters.map((each) => `${each.name}=${toNumberText('NUMPY', each.initial, true)}`)
  const prepare = ['x = 1.0 * np.asarray(x)', ...names.map((each) => `${each} = np.asarray(${each}, x.dtype)`)]
  const isQuiet = hasHazards || needsCare()
  const lines = [
    `def ${name}(${['x', ...(initials.length > 0 ? ['*'] : []), ...initials].join(', ')}):`,
    ...indent([
      ...docstring(description),
      ...prepare,
      ...(isQuiet ? ['with np.errstate(all="ignore"):', ...indent(body)] : body),
    ]),
  ]
  return lines.join('\n')
}

function toArray(root: CodeNode, formula: string): string {
  if (root.hasInput) return formula
  return root.kind === 'NUMBER' ? `np.full_like(x, ${formula})` : `np.broadcast_to(${formula}, x.shape)`
}
