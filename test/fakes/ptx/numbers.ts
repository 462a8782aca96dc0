/* Numbers as their bits, and back. A value that has no exact code is refused: our kernels need none. */

const view = new DataView(new ArrayBuffer(4));

export function floatOf(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

/** Rounded to the nearest. */
export function floatBits(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}

/** Binary16 and 8-bit formats: a sign, an exponent with its bias, a fraction; no infinities here. */
interface Small {
  readonly fractionBits: number;
  readonly exponentBits: number;
}
const F16: Small = { fractionBits: 10, exponentBits: 5 };
const E4M3: Small = { fractionBits: 3, exponentBits: 4 };

export const halfOf = (bits: number): number => smallOf(F16, bits);
export const e4m3Of = (bits: number): number => smallOf(E4M3, bits);
export const bfloatOf = (bits: number): number => floatOf((bits << 16) >>> 0);

function smallOf({ fractionBits, exponentBits }: Small, bits: number): number {
  const bias = 2 ** (exponentBits - 1) - 1;
  const fraction = bits & (2 ** fractionBits - 1);
  const exponent = (bits >>> fractionBits) & (2 ** exponentBits - 1);
  const sign = (bits >>> (fractionBits + exponentBits)) & 1;
  const isSmallest = exponent === 0;
  const whole = fraction / 2 ** fractionBits + (isSmallest ? 0 : 1);
  const value = whole * 2 ** ((isSmallest ? 1 : exponent) - bias);
  return sign === 1 ? -value : value;
}

/** Rounded toward zero where it has no exact code; beyond the largest it becomes infinite. */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | Math.floor(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | (Math.floor(size / 2 ** (exponent - 10)) - 1024);
}
