import process from 'node:process'
import type { Command } from 'commander'
import { readConfig } from '../config.js'
import type { Backend } from '../networks/backends/backend.js'
import type { TaskDefinition } from '../networks/own-tasks/task-definition.js'
import type { CheckedTask } from '../task-folders/check-folder.js'
import { OPERATOR } from './operator.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'

const FOLDER_HELP = `
The folder has a task.json, which names data files, a network and a recipe. docs/own-task.md has an example and all keys.`

/** Adds `check`, `add`, `list` and `remove` to `actbench task`. */
export function addTaskFolderCommands(task: Command): void {
  addJsonOption(
    task
      .command('check <folder>')
      .description('check the folder of a task of your own and estimate what a function costs; needs no service')
      .addHelpText('after', FOLDER_HELP),
  ).action(async (folder: string, output: OutputOptions) => {
    const checked = await check(folder)
    const next = `the folder is complete. Next: actbench task add ${folder}\n`
    printResult(checked, `${describeTask(checked)}${next}`, output)
  })
  addJsonOption(
    task
      .command('add <folder>')
      .description('check the folder and make its task a dataset that the workers of the service train')
      .addHelpText('after', FOLDER_HELP),
  ).action(addTask)
  addJsonOption(task.command('list').description('list the tasks that were added, and where their folders are')).action(
    listTasks,
  )
  task
    .command('remove <name>')
    .description('remove a task that was added, with its dataset; its folder stays')
    .option('--with-evaluations', 'also if the dataset has evaluations, which are deleted')
    .action(removeTask)
}

async function check(folder: string): Promise<CheckedTask> {
  const { checkFolder } = await import('../task-folders/check-folder.js')
  const { openBackend } = await import('../networks/backends/backend.js')
  let backend: Backend | null = null
  const open = async () => {
    const config = readConfig()
    backend = await openBackend(config.backend, config.webgpuCard)
    return backend
  }
  try {
    return await checkFolder(folder, open)
  } catch (error) {
    // The command line is right; the folder is not.
    throw new Error((error as Error).message)
  } finally {
    ;(backend as Backend | null)?.close()
  }
}

async function addTask(path: string, output: OutputOptions): Promise<void> {
  const checked = await check(path)
  const { folder, definition } = checked
  const { withDatabase } = await import('./with-database.js')
  const { registerTask } = await import('../services/own-tasks/register-task.js')
  const { rememberTask } = await import('../task-folders/remembered-tasks.js')
  const { toRegistration } = await import('../task-folders/to-registration.js')
  const done = await withDatabase((database, { dataFolder }) =>
    registerTask(database, toRegistration(checked), () => rememberTask(dataFolder, { folder, definition })),
  )
  const { name, version } = definition
  const said = {
    ADDED: `added ${name}, version ${version}`,
    UNCHANGED: `${name}, version ${version}, was added before and is unchanged`,
    DESCRIBED: `changed the description of ${name}, version ${version}`,
    RAISED: `${name} now has version ${version}; waiting trainings move to it`,
  }[done]
  const next = [
    `Workers on this machine take its trainings within seconds. To train functions: actbench train ${name} --sample 100`,
    `Elsewhere: copy the folder and start actbench worker --task FOLDER, or put the folder into ACTBENCH_TASKS.`,
  ]
  printResult({ done, ...checked }, `${describeTask(checked)}${said}\n${next.join('\n')}\n`, output)
}

async function listTasks(output: OutputOptions): Promise<void> {
  const { withDatabase } = await import('./with-database.js')
  const { listOwnTasks } = await import('../services/own-tasks/list-own-tasks.js')
  const { openOwnDataset } = await import('../task-folders/open-own-dataset.js')
  const { recallTask } = await import('../task-folders/remembered-tasks.js')
  await withDatabase(async (database, { dataFolder, tasksFolder }) => {
    const tasks = (await listOwnTasks(database)).map(({ definition, ...task }) => {
      const { problem } = openOwnDataset(definition as unknown as TaskDefinition, {
        dataFolder,
        tasksFolder,
        named: [],
      })
      return { ...task, folder: recallTask(dataFolder, task.name)?.folder ?? null, problem }
    })
    const lines = tasks.map(({ name, version, title, evaluations, workers, folder, problem }) =>
      [
        name,
        `version ${version}`,
        title,
        `${evaluations} evaluations`,
        `${workers} workers`,
        problem === null ? `data complete${folder === null ? '' : ` in ${folder}`}` : `not here: ${problem}`,
      ].join('  '),
    )
    printResult(
      tasks,
      lines.length === 0 ? 'no task was added yet: actbench task add FOLDER\n' : `${lines.join('\n')}\n`,
      output,
    )
  })
}

async function removeTask(
  name: string,
  { withEvaluations = false }: { readonly withEvaluations?: boolean },
): Promise<void> {
  const { withDatabase } = await import('./with-database.js')
  const { removeTask: remove } = await import('../services/own-tasks/remove-task.js')
  const { forgetTask } = await import('../task-folders/remembered-tasks.js')
  await withDatabase(async (database, { dataFolder }) => {
    await remove(database, OPERATOR, { name, withEvaluations })
    forgetTask(dataFolder, name)
  })
  process.stdout.write(`removed ${name}; its folder stays as it is\n`)
}

function describeTask({ definition, rows, inputShape, parameters, spectrumLength, cost }: CheckedTask): string {
  const { name, version, title, data } = definition
  const spectrum = spectrumLength === null ? 'no Fisher spectrum' : `Fisher spectra of ${spectrumLength} values`
  const time = cost.secondsPerSpectrum === null ? '' : `, ${show(cost.secondsPerSpectrum)} s a spectrum`
  return [
    `${name} ${version}: ${title}`,
    `data: ${rows.train} rows to train, ${rows.validation} to validate, ${rows.test} to test; ${inputShape.join(' × ')}; ${data.classes} classes`,
    `network: ${parameters} weights; ${spectrum}`,
    `cost of a function on this machine (${cost.backend}): about ${show(cost.secondsPerTraining)} s a training of ${cost.steps} steps${time}; ${Math.ceil(cost.megabytes)} MB of memory`,
    ...(cost.isFinite
      ? []
      : ['the loss of relu(x) was not finite in the first steps: a smaller recipe.learningRate may help']),
    '',
  ].join('\n')
}

function show(seconds: number): string {
  return seconds >= 100 ? String(Math.round(seconds)) : seconds.toPrecision(2)
}
