/** One problem of a definition, for a person. An empty `path` means the whole document. */
export interface DefinitionError {
  readonly path: string;
  readonly message: string;
}

/** One step into a JSON value: a key, or an index of a list. */
export type PathPart = string | number;

/** A key longer than this is cut where it is shown. */
const SHOWN_KEY_CHARACTERS = 64;

/** A path as people write it: `ops[0].args.image`; keys that need it are quoted. */
export function formatPath(parts: readonly PathPart[]): string {
  let path = '';
  for (const part of parts) {
    if (typeof part === 'number') path += `[${part}]`;
    else if (/^[\w-]{1,64}$/.test(part)) path += path === '' ? part : `.${part}`;
    else path += `[${JSON.stringify(shorten(part))}]`;
  }
  return path;
}

function shorten(key: string): string {
  return key.length <= SHOWN_KEY_CHARACTERS ? key : `${key.slice(0, SHOWN_KEY_CHARACTERS)}…`;
}
