// Loaded before each test where CI is set: property tests then draw the same examples in every run, so that a change is
// judged by what it changes. Elsewhere each run draws others, and prints the seed of what fails.
import fc from 'fast-check'

fc.configureGlobal({ seed: 20261123 })
