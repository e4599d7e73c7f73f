import type { TaskDefinition } from '../networks/own-tasks/task-definition.js'
import type { CheckedTask } from './check-folder.js'

/** What the service stores of a task that was checked. */
export function toRegistration({ definition, rows, inputShape, parameters, spectrumLength }: CheckedTask) {
  const { name, version, title, description, license, citation, searchSpace, data } = definition
  const classes = data.classNames
    ? `${data.classes} classes (${listNames(data.classNames)})`
    : `${data.classes} classes`
  const kind =
    inputShape.length === 3 ? `pictures of ${inputShape.join(' × ')}` : `vectors of ${inputShape.join(' × ')} numbers`
  return {
    dataset: {
      ...{ name, version, title, description, license, citation, searchSpace },
      architecture: `${describeLayers(definition)}; ${parameters} weights`.slice(0, 1000),
      task: `${kind}, ${classes}; ${rows.train} to train, ${rows.validation} to validate, ${rows.test} to test`.slice(
        0,
        1000,
      ),
      fisherSpectrumLength: spectrumLength,
    },
    // As the database gives it back.
    definition: JSON.parse(JSON.stringify(definition)),
  }
}

const MOST_NAMES = 12

function listNames(names: readonly string[]): string {
  return names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(', ')}, ...` : names.join(', ')
}

/** The types of the layers in order, each with its width. */
function describeLayers({ network }: TaskDefinition): string {
  const { layers } = network as {
    layers: readonly { type: string; filters?: number; units?: number; width?: number }[]
  }
  return layers
    .map(({ type, filters, units, width }) =>
      [type, filters ?? units ?? width].filter((part) => part !== undefined).join(' '),
    )
    .join(', ')
}
