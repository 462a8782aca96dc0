const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** A made-up address of 44 letters that is the same for the same seed. */
export function address(seed: number): string {
  let value = seed * 7919 + 104_729;
  return Array.from({ length: 44 }, () => {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    return BASE58.charAt(value % BASE58.length);
  }).join('');
}
