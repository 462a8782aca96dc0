/*
 * Reading what xml2js makes of a document (with `explicitArray: false`): an element with children is
 * an object, one with text a string, one with both attributes and text an object with `_`, an empty
 * one '', and an element that occurs several times an array.
 */

/** The elements of this name directly under a node: none, one or many. */
export function childrenOf(node: unknown, name: string): readonly unknown[] {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return [];
  const found: unknown = Object.getOwnPropertyDescriptor(node, name)?.value;
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}

/** The trimmed text at the end of a path of element names, the first of each; null if there is none. */
export function textAt(node: unknown, path: readonly string[]): string | null {
  const [name, ...rest] = path;
  if (name !== undefined) return textAt(childrenOf(node, name)[0], rest);
  const text = typeof node === 'string' ? node : childrenOf(node, '_')[0];
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
}
