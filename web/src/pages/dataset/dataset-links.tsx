/** The other pages that are about a dataset. */
export function DatasetLinks({ name, isTrainable }: { name: string; isTrainable: boolean }) {
  const choice = `?dataset=${encodeURIComponent(name)}`
  return (
    <nav class="links" aria-label="About this dataset">
      <a href={`/surrogates/${encodeURIComponent(name)}`}>Surrogate</a>
      <a href={`/searches${choice}`}>Searches</a>
      {isTrainable && <a href={`/jobs${choice}`}>Trainings</a>}
    </nav>
  )
}
