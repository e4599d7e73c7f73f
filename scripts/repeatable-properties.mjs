// Loaded before each test file if CI is set. Property tests then draw the same examples in every run, so a failure comes
// from the change and not from new examples. Without CI, each run draws other examples and prints the seed of a failure.
import fc from 'fast-check'

fc.configureGlobal({ seed: 20261123 })
