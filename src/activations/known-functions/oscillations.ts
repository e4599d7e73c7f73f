import { known } from './known-function.js'

/** Functions with sines and cosines. */
export const OSCILLATIONS = [
  known('Sine (frequency 1)', 'sin(x)', null, null, 'sinusoid'),
  known('Cosine (frequency 1)', 'cos(x)', null),
  known('SIREN', 'sin(30*x)', 2020, 'arXiv:2006.09661', 'sine of coordinate networks'),
  known('FINER', 'sin((abs(x)+1)*x)', 2023, 'arXiv:2312.02434', 'variable-periodic sine'),
  known('HOSC (sharpness 8)', 'tanh(8*sin(x))', 2024, 'arXiv:2401.10967', 'hyperbolic oscillation'),
  known('Sinc', 'sinc(x)', null, null, 'cardinal sine'),
  known('Sinc plus x', 'sinc(x)+x', 2017, 'arXiv:1710.05941'),
  known('Snake', 'x+square(sin(x))', 2020, 'arXiv:2006.08195', 'Snake (frequency 1)'),
  known('Growing cosine unit', 'x*cos(x)', 2021, 'arXiv:2108.12943', 'GCU'),
  known('Shifted quadratic unit', 'square(x)+x', 2021, 'arXiv:2111.04020', 'SQU'),
  known('Non-monotonic cubic unit', 'x-x**3', 2021, 'arXiv:2111.04020', 'NCU'),
  known('Shifted sinc unit', '3.141592653589793*sinc(x-3.141592653589793)', 2021, 'arXiv:2111.04020', 'SSU'),
  known(
    'Decaying sine unit',
    '1.5707963267948966*(sinc(x-3.141592653589793)-sinc(x+3.141592653589793))',
    2021,
    'arXiv:2111.04020',
    'DSU',
  ),
  known('Amplifying sine unit', 'x*sin(x)', null, null, 'ASU'),
  known('Cosid', 'cos(x)-x', 2017, 'arXiv:1710.05941'),
  known('MinSin', 'min(x,sin(x))', 2017, 'arXiv:1710.05941'),
  known('Morlet wavelet', 'cos(1.75*x)*exp(-square(x)/2)', null, null, 'wavelet of wavelet networks'),
  known('Mexican hat', '(1-square(x))*exp(-square(x)/2)', null, null, 'Ricker wavelet'),
  known('First derivative of a Gaussian', '-x*exp(-square(x)/2)', null),
] as const
