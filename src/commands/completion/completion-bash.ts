import type { DescribedCommand } from './describe-program.js'

/**
 * A script for bash. It walks the words before the cursor to find the command, because options may stand anywhere, and then
 * offers the words that can follow.
 */
export function writeBash(commands: readonly DescribedCommand[]): string {
  const values = [
    ...new Map(
      commands.flatMap(({ path, options }) =>
        options
          .filter(({ takesValue }) => takesValue)
          .flatMap(({ flags, choices }) => flags.map((flag) => [`${path} ${flag}`.trim(), choices] as const)),
      ),
    ),
  ]
  return `# bash completion for actbench, written by \`actbench completion bash\`
_actbench() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" path="" word i skip=0
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if ((skip)); then skip=0; continue; fi
    # What follows belongs to another program.
    if [[ $word == -- ]]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
    if [[ $word == -* ]]; then
      if _actbench_takes_value "\${path:+$path }$word"; then skip=1; fi
    elif _actbench_is_command "\${path:+$path }$word"; then
      path="\${path:+$path }$word"
    fi
  done
  COMPREPLY=()
  if ((skip)) && _actbench_takes_value "\${path:+$path }$previous"; then
    local choices
    choices="$(_actbench_choices "\${path:+$path }$previous")"
    if [[ -n $choices ]]; then COMPREPLY=($(compgen -W "$choices" -- "$current"))
    else COMPREPLY=($(compgen -f -- "$current")); fi
    return
  fi
  COMPREPLY=($(compgen -W "$(_actbench_words "$path" "$current")" -- "$current"))
  if ((\${#COMPREPLY[@]} == 0)); then COMPREPLY=($(compgen -f -- "$current")); fi
}
_actbench_is_command() {
  case "$1" in
    ${toPattern(commands.map(({ path }) => path).filter((path) => path !== ''))}) return 0 ;;
    *) return 1 ;;
  esac
}
_actbench_takes_value() {
  case "$1" in
    ${toPattern(values.map(([option]) => option))}) return 0 ;;
    *) return 1 ;;
  esac
}
_actbench_choices() {
  case "$1" in
${values
  .filter(([, choices]) => choices !== null)
  .map(([option, choices]) => `    '${option}') echo '${choices?.join(' ')}' ;;`)
  .join('\n')}
  esac
}
_actbench_words() {
  case "$1" in
${commands
  .map(({ path, subcommands, options, choices }) => {
    const flags = options.flatMap((option) => option.flags)
    const words = [...subcommands.map(({ name }) => name), ...choices]
    return `    '${path}') if [[ $2 == -* ]]; then echo '${flags.join(' ')}'; else echo '${words.join(' ')}'; fi ;;`
  })
  .join('\n')}
  esac
}
complete -o filenames -F _actbench actbench
`
}

function toPattern(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join('|')
}
