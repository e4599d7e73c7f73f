import process from 'node:process'
import { Argument, type Command } from 'commander'
import { writeBash } from './completion-bash.js'
import { writeFish } from './completion-fish.js'
import { writeZsh } from './completion-zsh.js'
import { describeProgram } from './describe-program.js'

const SHELLS = { bash: writeBash, zsh: writeZsh, fish: writeFish }

const HELP = `
Examples:
  source <(actbench completion bash)                                    # in ~/.bashrc
  actbench completion zsh > "\${fpath[1]}/_actbench"                     # zsh, once
  actbench completion fish > ~/.config/fish/completions/actbench.fish   # fish, once`

/** Adds `actbench completion`, which writes a script that lets a shell complete the commands of this program. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .addHelpText('after', HELP)
    .action((shell: keyof typeof SHELLS) => {
      process.stdout.write(SHELLS[shell](describeProgram(program)))
    })
}
