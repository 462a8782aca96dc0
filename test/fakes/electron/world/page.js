/* global createBridge */
/** The page's world: puts what the preload exposes on window, frozen and for good. */
export function startPageWorld(token) {
  createBridge(`${token}-page`, `${token}-preload`, (key, value) => {
    Object.defineProperty(globalThis, key, { value: deepFreeze(value), enumerable: true });
  });

  function deepFreeze(value) {
    const isObject = typeof value === 'function' || (typeof value === 'object' && value !== null);
    if (!isObject || ArrayBuffer.isView(value)) return value; // bytes cannot be frozen
    Object.values(value).forEach(deepFreeze);
    return Object.freeze(value);
  }
}
