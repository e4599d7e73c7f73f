/** The command line: `actbench <command>`. Each command has its file in `commands/`. */
import process from 'node:process'
import { addBackendCommand } from './commands/backend.js'
import { addBackupCommand, addRestoreCommand } from './commands/backup.js'
import { addCleanCommand } from './commands/clean.js'
import { addCodeCommand } from './commands/code.js'
import { addCompletionCommand } from './commands/completion/completion.js'
import { addDatasetCommand } from './commands/datasets/dataset.js'
import { addExportCommand } from './commands/datasets/export.js'
import { addImportCommand } from './commands/datasets/import.js'
import { addImportSpectraCommand } from './commands/datasets/import-spectra.js'
import { describeFailure } from './commands/describe-failure.js'
import { endWithOutput } from './commands/end-with-output.js'
import { exitStatusOf, isReported } from './commands/exit-status.js'
import { addKeysCommand } from './commands/keys.js'
import { addMcpCommand } from './commands/mcp.js'
import { addMigrateCommand } from './commands/migrate.js'
import { createProgram } from './commands/program.js'
import { addActivationCommand } from './commands/remote/activation.js'
import { addEvaluationsCommand } from './commands/remote/evaluations.js'
import { addPredictCommand } from './commands/remote/predict.js'
import { addQueryCommand } from './commands/remote/query.js'
import { splitArguments } from './commands/remote/split-arguments.js'
import { addSurrogateCommand } from './commands/remote/surrogate.js'
import { addSearchCommand } from './commands/search.js'
import { addSeedCommand } from './commands/seed.js'
import { addServerCommand, addWorkerCommand } from './commands/serve.js'
import { addSpaceCommand } from './commands/space.js'
import { addStartCommand } from './commands/start.js'
import { addTaskCommand } from './commands/task.js'
import { addTaskFolderCommands } from './commands/task-folder.js'
import { addSpectraCommand, addTrainCommand } from './commands/trainings/train.js'
import { addVerifyCommand } from './commands/trainings/verify.js'

const { args, ownProgram } = splitArguments(process.argv.slice(2))
const program = createProgram()
addStartCommand(program)
addServerCommand(program)
addWorkerCommand(program)
addBackendCommand(program)
addMigrateCommand(program)
addKeysCommand(program)
addImportCommand(program)
addImportSpectraCommand(program)
addExportCommand(program)
addDatasetCommand(program)
addBackupCommand(program)
addRestoreCommand(program)
addCleanCommand(program)
addTrainCommand(program)
addSpectraCommand(program)
addVerifyCommand(program)
addTaskFolderCommands(addTaskCommand(program))
addSeedCommand(program)
addSpaceCommand(program)
addCodeCommand(program)
addActivationCommand(program)
addEvaluationsCommand(program)
addPredictCommand(program)
addSurrogateCommand(program)
addQueryCommand(program)
addSearchCommand(program, ownProgram)
addMcpCommand(program)
addCompletionCommand(program)

endWithOutput(['start', 'server', 'worker'].includes(process.argv[2] ?? ''))
try {
  await program.parseAsync(args, { from: 'user' })
} catch (error) {
  const lines = isReported(error) ? [] : describeFailure(error).split('\n')
  for (const line of lines) process.stderr.write(`actbench: ${line}\n`)
  process.exit(exitStatusOf(error))
}
