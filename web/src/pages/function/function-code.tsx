import { CODE_TARGETS, type CodeTarget, code } from '@actbench/expression'
import { useMemo, useState } from 'preact/hooks'
import { CodeBlock } from '../../components/code-block.js'

const TITLES: Readonly<Record<CodeTarget, string>> = {
  PYTORCH: 'PyTorch',
  JAX: 'JAX',
  TENSORFLOW: 'TensorFlow',
  NUMPY: 'NumPy',
  TENSORFLOW_JS: 'TensorFlow.js',
  JULIA: 'Julia',
  LATEX: 'LaTeX',
}

/** The function as code of a framework, written here without a request. */
export function FunctionCode({ expression }: { expression: string }) {
  const [target, setTarget] = useState<CodeTarget>('PYTORCH')
  const text = useMemo(() => code(expression, { target }), [expression, target])
  return (
    <>
      <fieldset class="choices" aria-label="Framework">
        {CODE_TARGETS.map((each) => (
          <button key={each} type="button" aria-pressed={each === target} onClick={() => setTarget(each)}>
            {TITLES[each]}
          </button>
        ))}
      </fieldset>
      <CodeBlock code={text} label={`${TITLES[target]} code`} />
    </>
  )
}
