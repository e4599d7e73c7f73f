import type { Parameter } from '../expression.js'
import type { CodeTarget } from './code-target.js'
import { helperNames } from './helpers.js'

/** Largest number of characters of the name of a function. */
export const MAX_NAME_LENGTH = 64

const PYTHON_WORDS = [
  ...['False', 'None', 'True', 'and', 'as', 'assert', 'async', 'await', 'break', 'case', 'class', 'continue', 'def'],
  ...[
    'del',
    'elif',
    'else',
    'except',
    'finally',
    'for',
    'from',
    'global',
    'if',
    'import',
    'in',
    'is',
    'lambda',
    'match',
  ],
  ...['nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'type', 'while', 'with', 'yield', '_'],
]
const JAVASCRIPT_WORDS = [
  ...['arguments', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete'],
  ...['do', 'else', 'enum', 'eval', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'implements'],
  ...['import', 'in', 'Infinity', 'instanceof', 'interface', 'let', 'NaN', 'new', 'null', 'package', 'private'],
  ...['protected', 'public', 'return', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof'],
  ...['undefined', 'var', 'void', 'while', 'with', 'yield', 'async', 'of', 'get', 'set'],
]
const JULIA_WORDS = [
  ...[
    'abstract',
    'baremodule',
    'begin',
    'break',
    'catch',
    'const',
    'continue',
    'do',
    'else',
    'elseif',
    'end',
    'export',
  ],
  ...['false', 'finally', 'for', 'function', 'global', 'if', 'import', 'in', 'isa', 'let', 'local', 'macro', 'module'],
  ...['mutable', 'outer', 'primitive', 'public', 'quote', 'return', 'struct', 'true', 'try', 'type', 'using', 'where'],
  'while',
]
const PYTHON_NAMES = ['x', 'self', 'super', 'math', 'dict', 'float']
/** Functions of Julia that the code calls; a definition of the same name would replace them. */
const JULIA_NAMES = [
  ...['x', 'T', 'NNlib', 'SpecialFunctions', 'Flux', 'Base', 'Core', 'Main', 'Inf', 'NaN', 'Real', 'pi', 'π', 'ℯ'],
  ...['abs', 'asinh', 'atan', 'cbrt', 'clamp', 'cos', 'cosh', 'exp', 'expm1', 'float', 'isinteger', 'log', 'log1p'],
  ...['max', 'min', 'oftype', 'sign', 'sin', 'sinc', 'sinh', 'sqrt', 'tanh', 'typeof', 'zero', 'ifelse'],
]

/** Words of the languages, and names that the code itself uses. */
const TAKEN: Readonly<Record<CodeTarget, readonly string[]>> = {
  PYTORCH: [...PYTHON_WORDS, ...PYTHON_NAMES, 'torch', 'nn', 'F'],
  JAX: [...PYTHON_WORDS, ...PYTHON_NAMES, 'jax', 'jnp', 'parameters'],
  TENSORFLOW: [...PYTHON_WORDS, ...PYTHON_NAMES, 'tf'],
  NUMPY: [...PYTHON_WORDS, ...PYTHON_NAMES, 'np', 'scipy'],
  TENSORFLOW_JS: [...JAVASCRIPT_WORDS, 'x', 'tf', 'Math', 'Array', 'Object'],
  JULIA: [...JULIA_WORDS, ...JULIA_NAMES],
  LATEX: ['x', 't'],
}

/** Attributes of torch.nn.Module and of Keras layers, and arguments of their constructors. */
const MODULE_NAMES = [
  ...['T_destination', 'add_module', 'apply', 'bfloat16', 'buffers', 'call_super_init', 'children', 'compile', 'cpu'],
  ...['cuda', 'double', 'dump_patches', 'eval', 'extra_repr', 'float', 'forward', 'get_buffer', 'get_extra_state'],
  ...['get_parameter', 'get_submodule', 'half', 'ipu', 'load_state_dict', 'modules', 'mtia', 'named_buffers'],
  ...['named_children', 'named_modules', 'named_parameters', 'parameters', 'requires_grad_', 'set_extra_state'],
  ...['set_submodule', 'share_memory', 'state_dict', 'to', 'to_empty', 'train', 'training', 'type', 'xpu', 'zero_grad'],
  ...['name', 'dtype', 'trainable', 'options', 'input_shape', 'activity_regularizer', 'autocast', 'config', 'layer'],
]
const TAKEN_BY_ANY = new Set([...Object.values(TAKEN).flat(), ...MODULE_NAMES])

/** Why a name cannot be that of a function in a target, as the end of a sentence; null if it can. */
export function findNameProblem(target: CodeTarget, name: string): string | null {
  if (name.length > MAX_NAME_LENGTH) return `at most ${MAX_NAME_LENGTH} characters`
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'a letter or _, and then letters, digits or _'
  if (TAKEN[target].includes(name) || helperNames(target).includes(name) || /^__.*__$/.test(name)) {
    return 'a name that the language or the code does not use itself'
  }
  return null
}

const GREEK = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'kappa', 'mu', 'nu', 'rho', 'tau']

/**
 * The names of parameters in code: their own, changed if a language or a framework uses it, and Greek letters for parameters
 * without a name. They are equal in all targets.
 */
export function nameParameters(parameters: readonly Parameter[], functionName: string): string[] {
  const used = new Set(parameters.flatMap(({ name }) => name ?? []))
  used.add(functionName)
  const take = (name: string): string => {
    used.add(name)
    return name
  }
  const isFree = (name: string) => !used.has(name) && !TAKEN_BY_ANY.has(name)
  const firstFree = (base: string): string => {
    for (let count = 1; ; count++) if (isFree(`${base}${count}`)) return `${base}${count}`
  }
  return parameters.map(({ name }) => {
    if (name === null) return take(GREEK.find(isFree) ?? firstFree('p'))
    const isUsable =
      /^[A-Za-z]/.test(name) && !/^[tx]\d+$/.test(name) && !TAKEN_BY_ANY.has(name) && name !== functionName
    return isUsable ? name : take(firstFree(`p_${name.replace(/^_+/, '')}_`))
  })
}
