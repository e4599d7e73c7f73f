import { known } from './known-function.js'

/** Functions with sines and cosines. */
export const OSCILLATIONS = [
  known('Sine', 'sin(x)', null, null, 'sinusoid'),
  known('Cosine', 'cos(x)', null, null),
  known('SIREN', 'sin(30*x)', 2020, 'arXiv:2006.09661', 'sine of coordinate networks'),
  known('FINER', 'sin((abs(x) + 1)*x)', 2023, 'arXiv:2312.02434', 'variable-periodic sine'),
  known('HOSC', 'tanh(8*sin(x))', 2024, 'arXiv:2401.10967', 'hyperbolic oscillation'),
  known('Sinc', 'where(x == 0, 1, sin(x)/x)', null, null, 'cardinal sine'),
  known('Sinc plus x', 'where(x == 0, 1, sin(x)/x) + x', 2017, 'arXiv:1710.05941'),
  known('Snake', 'x + sin(x)**2', 2020, 'arXiv:2006.08195'),
  known('Growing cosine unit', 'x*cos(x)', 2021, 'arXiv:2108.12943', 'GCU'),
  known('Shifted quadratic unit', 'x**2 + x', 2021, 'arXiv:2111.04020', 'SQU'),
  known('Non-monotonic cubic unit', 'x - x**3', 2021, 'arXiv:2111.04020', 'NCU'),
  known(
    'Shifted sinc unit',
    '3.141592653589793*where(x == 3.141592653589793, 1, sin(x - 3.141592653589793)/(x - 3.141592653589793))',
    2021,
    'arXiv:2111.04020',
    'SSU',
  ),
  known('Cosid', 'cos(x) - x', 2017, 'arXiv:1710.05941'),
  known('MinSin', 'min(x, sin(x))', 2017, 'arXiv:1710.05941'),
  known('Gabor', 'cos(x)*exp(-x**2/2)', null, null, 'cosine wavelet'),
  known('Morlet wavelet', 'cos(1.75*x)*exp(-x**2/2)', null, null, 'wavelet of wavelet networks'),
  known('Mexican hat', '(1 - x**2)*exp(-x**2/2)', null, null, 'Ricker wavelet'),
  known('Hermitian wavelet', 'x*exp(-x**2/2)', null, null, 'derivative of a Gaussian'),
] as const
