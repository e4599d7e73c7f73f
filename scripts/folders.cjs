// The folders of src/ and who may import whom. .dependency-cruiser.cjs enforces this table, and a test compares it with
// docs/architecture.md and with the file system.

/** Folder of src/ -> the other folders that it may import. */
const MAY_IMPORT = {
  numeric: [],
  activations: ['numeric'],
  surrogate: ['activations', 'numeric'],
  datasets: ['activations'],
  networks: ['activations', 'numeric'],
  features: ['activations', 'networks', 'numeric'],
  db: ['activations'],
  'worker-liveness': ['db'],
  services: ['activations', 'datasets', 'surrogate', 'numeric', 'db', 'worker-liveness'],
  simulation: ['activations', 'datasets', 'surrogate', 'numeric', 'db', 'services'],
  tasks: ['services', 'activations', 'networks', 'features', 'surrogate', 'db', 'worker-liveness'],
  graphql: ['activations', 'services', 'db'],
  'operation-limits': ['activations', 'services', 'graphql'],
  http: ['operation-limits', 'graphql', 'services', 'db'],
  start: ['services', 'db'],
  bulk: ['activations', 'datasets', 'networks', 'features', 'surrogate', 'numeric'],
  commands: ['activations', 'datasets', 'bulk', 'simulation', 'start', 'services', 'db', 'server', 'worker'],
}
/**
 * Second level: folder -> the folders next to it that it may import; '.' stands for files directly in the first-level
 * folder. A first-level folder that is not listed here has no second level, or its parts may import each other.
 */
const SECOND_LEVEL = {
  db: {
    tables: [],
    connection: ['tables'],
    statements: ['tables', 'connection'],
    activations: ['tables', 'statements', 'connection'],
    access: ['tables', 'statements', 'connection'],
    evaluations: ['tables', 'statements', 'connection'],
    exports: ['evaluations', 'tables', 'statements', 'connection'],
    features: ['evaluations', 'tables', 'statements', 'connection', '.'],
    operation: ['tables', 'statements', 'connection'],
    searches: ['tables', 'statements', 'connection'],
    surrogates: ['tables', 'statements', 'connection'],
    workers: ['tables', 'statements', 'connection'],
  },
  services: {
    activations: ['.'],
    access: ['.'],
    datasets: ['access', '.'],
    surrogates: ['access', 'activations', 'datasets', '.'],
    neighbours: ['datasets', 'surrogates', '.'],
    evaluations: ['access', 'activations', 'datasets', 'surrogates', '.'],
    suggestions: ['access', 'evaluations', 'surrogates', '.'],
    trainings: ['access', 'activations', 'datasets', 'evaluations', 'suggestions', '.'],
    searches: ['access', 'activations', 'datasets', 'surrogates', 'suggestions', 'trainings', '.'],
    'shipped-data': ['activations', 'surrogates', '.'],
    imports: ['activations', 'datasets', 'surrogates', 'shipped-data', '.'],
  },
  surrogate: {
    'feature-vectors': ['.'],
    umap: ['feature-vectors', '.'],
    'gaussian-process': ['feature-vectors', 'umap', '.'],
    strategies: ['gaussian-process', '.'],
    replay: ['gaussian-process', 'strategies', '.'],
  },
  networks: {
    layers: ['.'],
    kernels: ['layers', '.'],
    backends: ['kernels', 'layers', '.'],
    architectures: ['layers', '.'],
    tasks: ['.'],
    training: ['architectures', 'backends', 'layers', 'tasks', '.'],
  },
  datasets: { reading: ['.'], shipped: ['.'], writing: ['.'] },
}

module.exports = { MAY_IMPORT, SECOND_LEVEL }
