import type { Command } from 'commander'

/** What a command says of a dataset. */
export interface DescriptionOptions {
  readonly title?: string
  readonly description?: string
  readonly architecture?: string
  readonly task?: string
  readonly license?: string
  readonly citation?: string
  readonly searchSpace?: string[]
  readonly recipeDescription?: string
}

/** Adds the options that describe a dataset. */
export function addDescriptionOptions(command: Command): Command {
  return command
    .option('--title <text>', 'of the dataset')
    .option('--description <text>', 'of the dataset')
    .option('--architecture <text>', 'the network, such as All-CNN-C')
    .option('--task <text>', 'such as CIFAR-10')
    .option('--license <text>', 'under which the data may be used')
    .option('--citation <text>', 'as BibTeX')
    .option('--search-space <schemas...>', 'what searches explore by default, such as "binary(unary(x),unary(x))"')
    .option('--recipe-description <text>', 'how each function is trained, for people')
}
