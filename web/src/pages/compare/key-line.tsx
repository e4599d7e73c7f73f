/** A piece of the line of a function, as the plot draws it. */
export function KeyLine({ kind }: { kind: number }) {
  return (
    <svg class="key-line" viewBox="0 0 30 4" width="30" height="4" aria-hidden="true">
      {kind >= 0 && <path class={`line kind-${kind}`} d="M1 2H29" />}
    </svg>
  )
}
