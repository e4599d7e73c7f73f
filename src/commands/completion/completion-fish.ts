import type { DescribedCommand, DescribedOption } from './describe-program.js'

/** A script for fish: one line for each word that can follow a command. */
export function writeFish(commands: readonly DescribedCommand[]): string {
  return `# fish completion for actbench, written by \`actbench completion fish\`
function __actbench_path
    set -l path ''
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- (string trim -- "$path $word") $__actbench_values
            set skip 1
        else if contains -- (string trim -- "$path $word") $__actbench_commands
            set path (string trim -- "$path $word")
        end
    end
    echo $path
end
function __actbench_at
    test "$(__actbench_path)" = "$argv[1]"
end
set -g __actbench_commands ${commands
    .filter(({ path }) => path !== '')
    .map(({ path }) => quote(path))
    .join(' ')}
set -g __actbench_values ${commands
    .flatMap(({ path, options }) =>
      options.filter(({ takesValue }) => takesValue).flatMap((each) => toPaths(path, each)),
    )
    .map(quote)
    .join(' ')}
${commands.flatMap(writeCommand).join('\n')}
`
}

function writeCommand({ path, subcommands, options, choices }: DescribedCommand): string[] {
  const start = `complete -c actbench -n ${quote(`__actbench_at ${quote(path)}`)}`
  return [
    ...subcommands.map(({ name, description }) => `${start} -f -a ${quote(name)} -d ${quote(description)}`),
    ...(choices.length > 0 ? [`${start} -f -a ${quote(choices.join(' '))}`] : []),
    ...options.map((option) => `${start} ${writeOption(option)} -d ${quote(option.description)}`),
  ]
}

function writeOption({ flags, takesValue, choices }: DescribedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  const value = choices ? ` -x -a ${quote(choices.join(' '))}` : takesValue ? ' -r' : ''
  return `${names.join(' ')}${value}`
}

function toPaths(path: string, { flags }: DescribedOption): string[] {
  return flags.map((flag) => `${path} ${flag}`.trim())
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
