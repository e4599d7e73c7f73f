/** The languages and frameworks for which code is written. */
export const CODE_TARGETS = ['PYTORCH', 'JAX', 'TENSORFLOW', 'NUMPY', 'TENSORFLOW_JS', 'JULIA', 'LATEX'] as const

export type CodeTarget = (typeof CODE_TARGETS)[number]

/** The name of a target for readers. */
export const TARGET_NAMES: Readonly<Record<CodeTarget, string>> = {
  PYTORCH: 'PyTorch',
  JAX: 'JAX',
  TENSORFLOW: 'TensorFlow',
  NUMPY: 'NumPy',
  TENSORFLOW_JS: 'TensorFlow.js',
  JULIA: 'Julia',
  LATEX: 'LaTeX',
}
