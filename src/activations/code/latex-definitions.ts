/** The names in formulas that readers may not know, with their definitions, of t. A definition may use later names. */
const DEFINITIONS: readonly { readonly sign: string; readonly definition: string }[] = [
  {
    sign: '\\operatorname{ELiSH}',
    definition:
      '\\operatorname{ELiSH}(t) &= \\begin{cases} t \\cdot \\sigma(t) & \\text{if } t > 0 \\\\ (e^{t} - 1) \\cdot \\sigma(t) & \\text{otherwise} \\end{cases}',
  },
  { sign: '\\operatorname{SiLU}', definition: '\\operatorname{SiLU}(t) &= t \\cdot \\sigma(t)' },
  { sign: '\\operatorname{Mish}', definition: '\\operatorname{Mish}(t) &= t \\cdot \\tanh(\\log(1 + e^{t}))' },
  {
    sign: '\\operatorname{GELU}',
    definition:
      '\\operatorname{GELU}(t) &= \\frac{t}{2} \\left(1 + \\operatorname{erf}\\left(\\frac{t}{\\sqrt{2}}\\right)\\right)',
  },
  {
    sign: '\\operatorname{SELU}',
    definition:
      '\\operatorname{SELU}(t) &= 1.05070098 \\cdot \\begin{cases} t & \\text{if } t > 0 \\\\ 1.67326324 \\, (e^{t} - 1) & \\text{otherwise} \\end{cases}',
  },
  {
    sign: '\\operatorname{ELU}',
    definition:
      '\\operatorname{ELU}(t) &= \\begin{cases} t & \\text{if } t > 0 \\\\ e^{t} - 1 & \\text{otherwise} \\end{cases}',
  },
  {
    sign: '\\operatorname{LeakyReLU}',
    definition:
      '\\operatorname{LeakyReLU}(t) &= \\begin{cases} t & \\text{if } t > 0 \\\\ 0.01 \\, t & \\text{otherwise} \\end{cases}',
  },
  { sign: '\\operatorname{softsign}', definition: '\\operatorname{softsign}(t) &= \\frac{t}{1 + \\left|t\\right|}' },
  {
    sign: '\\operatorname{sinc}',
    definition:
      '\\operatorname{sinc}(t) &= \\begin{cases} 1 & \\text{if } t = 0 \\\\ \\frac{\\sin(t)}{t} & \\text{otherwise} \\end{cases}',
  },
  { sign: '\\operatorname{i0e}', definition: '\\operatorname{i0e}(t) &= e^{-\\left|t\\right|} I_0(t)' },
  { sign: '\\operatorname{i1e}', definition: '\\operatorname{i1e}(t) &= e^{-\\left|t\\right|} I_1(t)' },
  { sign: '\\operatorname{clip}', definition: '\\operatorname{clip}(t, u, v) &= \\min(\\max(t, u), v)' },
  { sign: '\\operatorname{erfc}', definition: '\\operatorname{erfc}(t) &= 1 - \\operatorname{erf}(t)' },
  {
    sign: '\\operatorname{erf}',
    definition: '\\operatorname{erf}(t) &= \\frac{2}{\\sqrt{\\pi}} \\int_0^t e^{-u^2} \\, du',
  },
  { sign: '\\sigma(', definition: '\\sigma(t) &= \\frac{1}{1 + e^{-t}}' },
  { sign: '\\sigma\\left(', definition: '\\sigma(t) &= \\frac{1}{1 + e^{-t}}' },
  { sign: '[', definition: '[P] &= 1 \\text{ if } P \\text{ holds, else } 0' },
]

/** The definitions of the names in a formula, also of those in the definitions, each once. */
export function listDefinitions(formula: string): string[] {
  const listed: string[] = []
  let text = formula.replaceAll('\\sqrt[3]', '')
  for (const { sign, definition } of DEFINITIONS) {
    if (!text.includes(sign) || listed.includes(definition)) continue
    listed.push(definition)
    text += definition
  }
  return listed
}
