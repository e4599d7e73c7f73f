/**
 * The functions that the formulas of operators call (`activations/operator-functions.ts`), for graphics cards: in float32,
 * with relative errors of about 1e-6. Sources: erfc from Numerical Recipes 6.2 (Chebyshev fit of erfcc), Bessel functions
 * from Abramowitz & Stegun 9.8.1 to 9.8.4, sine and cosine from Cephes. Names have a prefix, because WGSL has functions of the same names. NaN is
 * recognised by its bits, because shader compilers may assume that NaN does not occur.
 */
export const WGSL_FUNCTIONS = /* wgsl */ `
fn act_isNaN(x : f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn act_abs(x : f32) -> f32 { return abs(x); }
fn act_sqrt(x : f32) -> f32 { return sqrt(x); }
fn act_exp(x : f32) -> f32 { return exp(x); }
fn act_arctan(x : f32) -> f32 { return atan(x); }
fn act_gaussian(x : f32) -> f32 { return exp(-x * x); }
fn act_positivePart(x : f32) -> f32 { return select(x, 0.0, x < 0.0); }
fn act_negativePart(x : f32) -> f32 { return select(x, 0.0, x > 0.0); }
fn act_expm1(x : f32) -> f32 {
  let series = x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0 * (1.0 + x / 7.0))))));
  return select(exp(x) - 1.0, series, abs(x) < 0.5);
}
fn act_log1pUpTo1(x : f32) -> f32 {
  let series = x * (1.0 - x * (0.5 - x * (0.33333334 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), series, x < 0.05);
}
fn act_sinh(x : f32) -> f32 {
  let a = abs(x);
  let grown = act_expm1(min(a, 1.0));
  let half = exp(0.5 * a);
  let far = 0.5 * half * half - 0.5 / half / half;
  return select(1.0, -1.0, x < 0.0) * select(far, 0.5 * (grown + grown / (grown + 1.0)), a < 1.0);
}
fn act_cosh(x : f32) -> f32 {
  let half = exp(0.5 * abs(x));
  return 0.5 * half * half + 0.5 / half / half;
}
fn act_arcsinh(x : f32) -> f32 {
  let a = abs(x);
  let y = a + a * a / (1.0 + sqrt(1.0 + a * a));
  return select(1.0, -1.0, x < 0.0) * select(log(a) + 0.6931472, act_log1pUpTo1(y), a < 1.0e8);
}
fn act_log(x : f32) -> f32 {
  if (x < 0.0) { return uniforms.NAN; }
  return select(log(x), -uniforms.INFINITY, x == 0.0);
}
fn act_log1p(x : f32) -> f32 {
  if (x <= -1.0) { return act_log(1.0 + x); }
  let series = x * (1.0 - x * (0.5 - x * (0.33333334 - x * (0.25 - x * (0.2 - x * (0.16666667 - x * 0.14285715))))));
  return select(log(1.0 + x), series, abs(x) < 0.1);
}
fn act_cbrt(x : f32) -> f32 {
  let a = abs(x);
  if (!(a > 0.0 && a < uniforms.INFINITY)) { return x; }
  let start = exp2(log2(a) / 3.0);
  let root = start - (start - a / (start * start)) / 3.0;
  return select(root, -root, x < 0.0);
}
fn act_quarter(x : f32, quarter : i32) -> f32 {
  let s = x * x;
  let sine = x + x * s * (-0.16666654611 + s * (0.0083321608736 - s * 0.00019515295891));
  let cosine = 1.0 - 0.5 * s + s * s * (0.04166664568298827 + s * (-0.001388731625493765 + s * 0.00002443315711809948));
  let y = select(sine, cosine, (quarter & 1) == 1);
  return select(y, -y, (quarter & 2) == 2);
}
fn act_turned(x : f32, turn : i32) -> f32 {
  if (!(abs(x) < uniforms.INFINITY)) { return uniforms.NAN; }
  let quarters = round(x * 0.63661977);
  let rest = x - quarters * 1.5703125 - quarters * 0.00048375129699707031 - quarters * 0.0000000754978995489188;
  return act_quarter(rest, i32(quarters) + turn);
}
fn act_sin(x : f32) -> f32 { return act_turned(x, 0); }
fn act_cos(x : f32) -> f32 { return act_turned(x, 1); }
fn act_sinc(x : f32) -> f32 { return select(act_sin(x) / x, 1.0 - x * x / 6.0, abs(x) < 0.01); }
fn act_sincSlope(x : f32) -> f32 {
  let s = x * x;
  let near = x * (-0.33333334 + s * (0.033333335 + s * (-0.0011904762 + s * (0.000022045855 - s * 0.00000025052108))));
  return select((act_cos(x) - act_sin(x) / x) / x, near, abs(x) < 1.0);
}
fn act_scaledErfc(a : f32) -> f32 {
  let t = 1.0 / (1.0 + 0.5 * a);
  let p = 1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398
    + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))));
  return t * exp(-1.26551223 + t * p);
}
fn act_erfFrom(x : f32, density : f32) -> f32 {
  let s = x * x;
  let near = x * 1.1283792 * (1.0 - s * (0.33333334 - s * (0.1 - s * (0.023809524 - s * (0.0046296296 - s * 0.00075757576)))));
  return select(select(1.0, -1.0, x < 0.0) * (1.0 - density * act_scaledErfc(abs(x))), near, abs(x) < 0.5);
}
fn act_erfcFrom(x : f32, density : f32) -> f32 {
  let tail = density * act_scaledErfc(abs(x));
  return select(tail, 2.0 - tail, x < 0.0);
}
fn act_besselI0e(x : f32) -> f32 {
  let a = abs(x);
  let s = x / 3.75 * (x / 3.75);
  let near = 1.0 + s * (3.5156229 + s * (3.0899424 + s * (1.2067492 + s * (0.2659732 + s * (0.0360768 + s * 0.0045813)))));
  let t = 3.75 / max(a, 3.75);
  let far = 0.39894228 + t * (0.01328592 + t * (0.00225319 + t * (-0.00157565 + t * (0.00916281 + t * (-0.02057706
    + t * (0.02635537 + t * (-0.01647633 + t * 0.00392377)))))));
  return select(far * inverseSqrt(max(a, 3.75)), near * exp(-a), a < 3.75);
}
fn act_besselI1e(x : f32) -> f32 {
  let a = abs(x);
  let s = x / 3.75 * (x / 3.75);
  let near = 0.5 + s * (0.87890594 + s * (0.51498869 + s * (0.15084934 + s * (0.02658733 + s * (0.00301532 + s * 0.00032411)))));
  let t = 3.75 / max(a, 3.75);
  let far = 0.39894228 + t * (-0.03988024 + t * (-0.00362018 + t * (0.00163801 + t * (-0.01031555 + t * (0.02282967
    + t * (-0.02895312 + t * (0.01787654 - t * 0.00420059)))))));
  return select(select(1.0, -1.0, x < 0.0) * far * inverseSqrt(max(a, 3.75)), x * near * exp(-a), a < 3.75);
}
fn act_besselI0eSlope(x : f32, value : f32) -> f32 {
  let a = abs(x);
  let far = -inverseSqrt(a) * 0.39894228 / a * (0.5 + (0.1875 + (0.17578125 + 0.25634766 / a) / a) / a);
  let side = select(-1.0, 1.0, x > 0.0);
  return select(act_besselI1e(x) - side * value, side * far, a > 16.0);
}
fn act_besselI1eSlope(x : f32, value : f32) -> f32 {
  let a = abs(x);
  let far = -inverseSqrt(a) * 0.39894228 / a * (0.5 - (0.5625 + (0.29296875 + 0.35888672 / a) / a) / a);
  let quotient = select(value / x, 0.5, x == 0.0);
  return select(act_besselI0e(x) - abs(value) - quotient, far, a > 16.0);
}
fn act_pow(base : f32, exponent : f32) -> f32 {
  if (exponent == 0.0 || base == 1.0) { return 1.0; }
  if (act_isNaN(base) || act_isNaN(exponent)) { return uniforms.NAN; }
  if (base < 0.0 && exponent != floor(exponent)) { return uniforms.NAN; }
  let magnitude = select(pow(abs(base), exponent), select(uniforms.INFINITY, 0.0, exponent > 0.0), base == 0.0);
  let isOdd = abs(exponent - 2.0 * floor(0.5 * exponent)) == 1.0;
  return select(magnitude, -magnitude, base < 0.0 && isOdd);
}
fn act_powSlopeByBase(base : f32, exponent : f32, power : f32) -> f32 {
  return select(exponent * act_pow(base, exponent - 1.0), 0.0, exponent == 0.0);
}
fn act_isSplit(base : f32, power : f32) -> bool {
  return power != 0.0 && abs(power / base) < 1.0e-30 && abs(base) < uniforms.INFINITY;
}
fn act_powBaseFactor(base : f32, exponent : f32, power : f32) -> f32 {
  return select(act_powSlopeByBase(base, exponent, power), power, act_isSplit(base, power));
}
fn act_powBaseRest(base : f32, exponent : f32, power : f32) -> f32 {
  return select(1.0, exponent / base, act_isSplit(base, power));
}
fn act_powSlopeByExponent(base : f32, power : f32) -> f32 {
  return select(0.0, power * log(max(base, 1.0e-38)), base > 0.0 && power != 0.0);
}
`
