import { OffpeakError } from '../../contract/errors.ts';

/**
 * The value of a JSON document whose bytes are exactly what `JSON.stringify` writes; throws
 * `network.document-not-json` otherwise. Pinning services store what they are given as such a
 * text, so that only for these bytes the CID is known before storing.
 */
export function readCanonicalJson(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8');
  const value = parse(text);
  const again = Buffer.from(JSON.stringify(value));
  if (!again.equals(bytes)) throw new OffpeakError('network.document-not-json');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OffpeakError('network.document-not-json', { cause });
  }
}
