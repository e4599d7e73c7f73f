import type { CodeRequest } from './code-request.js'
import { toNumberText } from './number-text.js'
import { docstring, indent, pythonBody, writePythonModule } from './python-source.js'
import { writeStatements } from './write-statements.js'

const TO_FLOATS = ['x = torch.as_tensor(x)', 'if not x.is_floating_point():', '    x = x.float()']

/** A function of tensors, or a module if it has parameters. */
export function writePytorch({ name, description, root, parameters }: CodeRequest): string {
  const fields = parameters.map((parameter) => `self.${parameter.name}`)
  const body = pythonBody(writeStatements([root], { target: 'PYTORCH', parameters: fields, hasNames: true }))
  if (parameters.length === 0) {
    const lines = [`def ${name}(x):`, ...indent([...docstring(description), ...TO_FLOATS, ...body])]
    return writePythonModule('PYTORCH', [lines.join('\n')])
  }
  const initials = parameters.map((each) => `${each.name}=${toNumberText('PYTORCH', each.initial, true)}`)
  const create = [
    `def __init__(self, ${initials.join(', ')}):`,
    ...indent([
      'super().__init__()',
      ...parameters.map((each) => `self.${each.name} = nn.Parameter(torch.tensor(float(${each.name})))`),
    ]),
  ]
  const forward = ['def forward(self, x):', ...indent([...TO_FLOATS, ...body])]
  const lines = [`class ${name}(nn.Module):`, ...indent([...docstring(description), '', ...create, '', ...forward])]
  return writePythonModule('PYTORCH', [lines.join('\n')])
}
