import { createHash } from 'node:crypto';
import type { Checksum } from './manifest.ts';

/** Adds up a file while it passes by. */
export interface Verifier {
  add(chunk: Buffer): void;
  /** True when all that was added is what was announced. Asked once, at the end. */
  matches(): boolean;
}

/** A verifier for a file of so many bytes. */
export function verifierFor({ kind, hex }: Checksum, size: number): Verifier {
  const hash = createHash(kind === 'git' ? 'sha1' : kind);
  // Git numbers a blob by its content after this head (Pro Git, "Git Objects").
  if (kind === 'git') hash.update(`blob ${size}\0`);
  return {
    add: (chunk) => void hash.update(chunk),
    matches: () => hash.digest('hex') === hex,
  };
}
