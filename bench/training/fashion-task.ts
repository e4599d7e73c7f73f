/**
 * Shows the task on photographs of clothes. Writes docs/fashion-task.png (one row for each class, twelve training pictures
 * in it, enlarged four times) and prints the accuracy of a linear model.
 *
 *   node build/bench/training/fashion-task.js
 *   node build/bench/training/fashion-task.js FOLDER FILE.png    other pictures, to another file
 */
import { join } from 'node:path'
import process from 'node:process'
import { openFashionPictures } from '../../src/networks/tasks/fashion-files.js'
import { FASHION_CLASSES } from '../../src/networks/tasks/fashion-originals.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { showTask } from './show-task.js'

const [folder, file = join(PROJECT_ROOT, 'docs/fashion-task.png')] = process.argv.slice(2)
showTask(openFashionPictures(folder), FASHION_CLASSES, file)
