import type { Argument, Command, Option } from 'commander'

/** An option as a shell needs it. */
export interface DescribedOption {
  /** Such as `-V` and `--version`. */
  readonly flags: readonly string[]
  readonly description: string
  /** Whether the next word is its value. */
  readonly takesValue: boolean
  /** Null: any value, such as a file. */
  readonly choices: readonly string[] | null
}

/** A command, or a subcommand by its path. */
export interface DescribedCommand {
  /** The words that lead to it, such as `dataset list`; empty for the program itself. */
  readonly path: string
  readonly description: string
  readonly subcommands: readonly { readonly name: string; readonly description: string }[]
  /** Its own options and those of the whole program. */
  readonly options: readonly DescribedOption[]
  /** Values of its first argument, if only some are allowed. */
  readonly choices: readonly string[]
}

/** Lists the commands of a program with everything that can follow them, the program itself first. */
export function describeProgram(program: Command): DescribedCommand[] {
  return describeCommand(program, '', [])
}

function describeCommand(command: Command, path: string, inherited: readonly DescribedOption[]): DescribedCommand[] {
  const help = command.createHelp()
  // Both lists leave out hidden items, and have `help` and `--help`.
  const subcommands = help.visibleCommands(command)
  const own = help.visibleOptions(command).map(describeOption)
  const options = [...own, ...inherited.filter(({ flags }) => !own.some((each) => each.flags.includes(flags[0])))]
  // Options of the program itself may stand behind the name of a command.
  const passedOn = path === '' ? own.filter(({ takesValue }) => takesValue) : inherited
  return [
    {
      path,
      description: command.description(),
      subcommands: subcommands.map((each) => ({ name: each.name(), description: firstLine(each.description()) })),
      options,
      choices: [...((command.registeredArguments[0] as Argument | undefined)?.argChoices ?? [])],
    },
    ...subcommands
      .filter((each) => each.name() !== 'help')
      .flatMap((each) => describeCommand(each, `${path} ${each.name()}`.trim(), passedOn)),
  ]
}

function describeOption({ short, long, description, required, optional, argChoices }: Option): DescribedOption {
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description: firstLine(description),
    takesValue: required || optional,
    choices: argChoices ?? null,
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0]
}
