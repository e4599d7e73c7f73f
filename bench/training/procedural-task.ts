/**
 * Shows the procedural task. Writes docs/mini-task.png (one row for each class, twelve training pictures in it, enlarged
 * four times) and prints the accuracy of a linear model.
 *
 *   node build/bench/training/procedural-task.js
 */
import { join } from 'node:path'
import { MINI_TASK } from '../../src/networks/recipes/mini-benchmark.js'
import { SHAPES } from '../../src/networks/tasks/procedural-shapes.js'
import { createProceduralTask } from '../../src/networks/tasks/procedural-task.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { showTask } from './show-task.js'

const names = SHAPES.map(({ name }) => name)
showTask(createProceduralTask(MINI_TASK), names, join(PROJECT_ROOT, 'docs/mini-task.png'))
