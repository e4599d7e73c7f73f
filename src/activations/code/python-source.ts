import type { CodeTarget } from './code-target.js'
import { listHelpers } from './helpers.js'
import type { Statements } from './write-statements.js'

/** Imports of Python, with the text that shows that the code needs one. */
const IMPORTS: readonly { readonly sign: RegExp; readonly line: string }[] = [
  { sign: /(?<![.\w])math\./, line: 'import math' },
  { sign: /(?<![.\w])jax\./, line: 'import jax' },
  { sign: /(?<![.\w])jnp\./, line: 'import jax.numpy as jnp' },
  { sign: /(?<![.\w])jax\.scipy\./, line: 'import jax.scipy.special' },
  { sign: /(?<![.\w])np\./, line: 'import numpy as np' },
  { sign: /(?<![.\w])scipy\./, line: 'import scipy.special' },
  { sign: /(?<![.\w])tf\./, line: 'import tensorflow as tf' },
  { sign: /(?<![.\w])torch\./, line: 'import torch' },
  { sign: /(?<![.\w])F\./, line: 'import torch.nn.functional as F' },
  { sign: /(?<![.\w])nn\./, line: 'from torch import nn' },
]

/** A module of Python: imports, helpers, and the definitions with two empty lines between them. */
export function writePythonModule(target: CodeTarget, definitions: readonly string[]): string {
  const body = definitions.join('\n\n\n')
  const helpers = listHelpers(target, body)
  const whole = [...helpers, body].join('\n\n\n')
  // Docstrings and comments name other frameworks.
  const code = whole.replace(/"""[\s\S]*?"""|#.*/g, '')
  const imports = IMPORTS.filter(({ sign }) => sign.test(code))
  return `${imports.map(({ line }) => line).join('\n')}\n\n\n${whole}\n`
}

/** The statements and the return of a body, without indentation. */
export function pythonBody(
  { definitions, results }: Statements,
  toReturn = (formulas: readonly string[]) => formulas[0],
): string[] {
  return [...definitions.map(({ name, formula }) => `${name} = ${formula}`), `return ${toReturn(results)}`]
}

/** Lines with four more spaces before them. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : `    ${line}`))
}

/** The lines of a docstring. */
export function docstring(lines: readonly string[]): string[] {
  if (lines.length === 1) return [`"""${lines[0]}"""`]
  return [`"""${lines[0]}`, '', ...lines.slice(1), '"""']
}
