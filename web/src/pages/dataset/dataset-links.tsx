/** The other pages that are about a dataset. */
export function DatasetLinks({ name, isTrainable }: { name: string; isTrainable: boolean }) {
  const own = encodeURIComponent(name)
  const choice = `?dataset=${own}`
  return (
    <nav class="links" aria-label="About this dataset">
      <a href={`/datasets/${own}/map`}>Map of the functions</a>
      <a href={`/surrogates/${own}`}>Surrogate</a>
      <a href={`/searches${choice}`}>Searches</a>
      {isTrainable && <a href={`/jobs${choice}`}>Trainings</a>}
    </nav>
  )
}
