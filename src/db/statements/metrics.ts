/** The measured quantities that evaluations are ordered by, as the API names them. */
export type Metric = keyof typeof METRICS

/** Column and property of each metric, and whether more of it is better (losses and runtime: less is better). */
export const METRICS = {
  TRAIN_ACCURACY: { column: 'train_accuracy', property: 'trainAccuracy', isHigherBetter: true },
  VALIDATION_ACCURACY: { column: 'validation_accuracy', property: 'validationAccuracy', isHigherBetter: true },
  TEST_ACCURACY: { column: 'test_accuracy', property: 'testAccuracy', isHigherBetter: true },
  TRAIN_LOSS: { column: 'train_loss', property: 'trainLoss', isHigherBetter: false },
  VALIDATION_LOSS: { column: 'validation_loss', property: 'validationLoss', isHigherBetter: false },
  TEST_LOSS: { column: 'test_loss', property: 'testLoss', isHigherBetter: false },
  RUNTIME: { column: 'runtime_seconds', property: 'runtimeSeconds', isHigherBetter: false },
} as const
