import type { DescribedCommand, DescribedOption } from './describe-program.js'

/** A script for zsh, with the description of each word. */
export function writeZsh(commands: readonly DescribedCommand[]): string {
  return `#compdef actbench
# zsh completion for actbench, written by \`actbench completion zsh\`
_actbench() {
  local at="" word i skip=0
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if ((skip)); then skip=0; continue; fi
    if [[ $word == -- ]]; then _files; return; fi
    if [[ $word == -* ]]; then
      if (( \${_actbench_values[(Ie)\${at:+$at }$word]} )); then skip=1; fi
    elif (( \${_actbench_commands[(Ie)\${at:+$at }$word]} )); then
      at="\${at:+$at }$word"
    fi
  done
  if ((skip)); then
    case "\${at:+$at }\${words[CURRENT - 1]}" in
${commands
  .flatMap(({ path, options }) =>
    options.flatMap(({ flags, choices }) =>
      choices ? flags.map((flag) => `      '${`${path} ${flag}`.trim()}') compadd -- ${choices.join(' ')} ;;`) : [],
    ),
  )
  .join('\n')}
      *) _files ;;
    esac
    return
  fi
  local -a found
  case "$at" in
${commands.map(writeCase).join('\n')}
  esac
  if ((\${#found})); then _describe 'actbench' found; else _files; fi
}
typeset -ga _actbench_commands=(${quoteAll(commands.map(({ path }) => path).filter((path) => path !== ''))})
typeset -ga _actbench_values=(${quoteAll(commands.flatMap(({ path, options }) => options.flatMap((option) => toValueFlags(path, option))))})
if [[ "\${funcstack[1]}" == _actbench ]]; then _actbench "$@"; else compdef _actbench actbench; fi
`
}

function writeCase({ path, subcommands, options, choices }: DescribedCommand): string {
  const flags = options.flatMap((option) => option.flags.map((flag) => toItem(flag, option.description)))
  const words = [...subcommands.map(({ name, description }) => toItem(name, description)), ...choices.map(quote)]
  return `    '${path}') if [[ \${words[CURRENT]} == -* ]]; then found=(${flags.join(' ')}); else found=(${words.join(' ')}); fi ;;`
}

function toValueFlags(path: string, { flags, takesValue }: DescribedOption): string[] {
  return takesValue ? flags.map((flag) => `${path} ${flag}`.trim()) : []
}

/** A colon separates a word from its description. */
function toItem(word: string, description: string): string {
  return quote(`${word}:${description}`)
}

function quoteAll(texts: readonly string[]): string {
  return texts.map(quote).join(' ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
