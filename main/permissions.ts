/** All that the page may ask of the browser: to put text on the clipboard after a click. */
const allowed = ['clipboard-sanitized-write'];

/** True for the few permissions that the interface needs; every other one is denied. */
export function isAllowed(permission: string): boolean {
  return allowed.includes(permission);
}
