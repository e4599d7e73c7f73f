/** The metrics of an evaluation: name in the API, field, title, and whether more is better. */
export const METRICS = [
  { name: 'VALIDATION_ACCURACY', field: 'validationAccuracy', title: 'Validation accuracy', isShare: true },
  { name: 'TEST_ACCURACY', field: 'testAccuracy', title: 'Test accuracy', isShare: true },
  { name: 'TRAIN_ACCURACY', field: 'trainAccuracy', title: 'Training accuracy', isShare: true },
  { name: 'VALIDATION_LOSS', field: 'validationLoss', title: 'Validation loss', isShare: false },
  { name: 'TEST_LOSS', field: 'testLoss', title: 'Test loss', isShare: false },
  { name: 'TRAIN_LOSS', field: 'trainLoss', title: 'Training loss', isShare: false },
  { name: 'RUNTIME', field: 'runtimeSeconds', title: 'Runtime in seconds', isShare: false },
] as const

export type Metric = (typeof METRICS)[number]
