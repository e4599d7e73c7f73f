import process from 'node:process'
import type { Command } from 'commander'
import { readConfig } from '../config.js'

const EXPORT_HELP = `
Writes NumPy files for each of train, validation and test: <split>-pictures.npy (bytes), <split>-standardised.npy (float32,
what networks get) and <split>-labels.npy. pictures.json has mean, deviation, classes, licence and checksums.
Tasks: fashion, mini, and the task of any dataset that this service can train. No service is needed.`

/** Adds `actbench task`, with `export`, and returns it. */
export function addTaskCommand(program: Command): Command {
  const task = program.command('task').description('tasks of your own, and the pictures of any task')
  task
    .command('export <name> <folder>')
    .description('write pictures and labels as NumPy files, to train the same task elsewhere')
    .addHelpText('after', EXPORT_HELP)
    .action(async (name: string, folder: string) => {
      const { exportTask } = await import('../bulk/write-pictures.js')
      const { task: written, counts } = exportTask(name, readConfig().tasksFolder, folder)
      const split = Object.entries(counts).map(([own, count]) => `${count} ${own}`)
      process.stdout.write(`${folder}: ${written}, ${split.join(', ')} pictures\n`)
    })
  return task
}
