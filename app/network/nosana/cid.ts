import { createHash } from 'node:crypto';
import { OffpeakError } from '../../contract/errors.ts';
import { decodeBase58, encodeBase58 } from '../../contract/base58.ts';

/** Multihash head of a CIDv0: sha2-256, 32 bytes. */
const SHA256_HEAD = [0x12, 0x20];
/** The size of a chunk of IPFS' default chunker. Bytes. */
const CHUNK_BYTES = 256 * 1024;
/** How many links one node of the balanced tree holds in IPFS' default layout. */
const LINKS_PER_NODE = 174;

/** How 32 zero bytes read as a CIDv0; posters that name no document have this one. */
export const NO_DOCUMENT = 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51';

/** One stored block as its parent sees it. */
interface Block {
  readonly cid: Uint8Array;
  /** Bytes of this block and of all below it. */
  readonly treeBytes: number;
  /** Bytes of the file's content below this block. */
  readonly contentBytes: number;
}

/**
 * CIDv0 of a document exactly as `ipfs add` gives it with default settings: one block up to
 * 256 KiB, else a balanced tree of 256 KiB chunks. (IPFS specs: UnixFS, dag-pb.)
 */
export function cidOfDocument(bytes: Uint8Array): string {
  let level = chunks(bytes).map(leaf);
  while (level.length > 1) level = groups(level).map(parent);
  const [root] = level;
  return encodeBase58(root === undefined ? leaf(bytes).cid : root.cid);
}

/** The 32 bytes that accounts store for a CIDv0; throws `network.bad-cid`. */
export function digestOfCid(cid: string): Uint8Array {
  const bytes = /^Qm[1-9A-HJ-NP-Za-km-z]{44}$/.test(cid) ? decodeBase58(cid) : new Uint8Array();
  if (bytes.length !== 34 || bytes[0] !== SHA256_HEAD[0] || bytes[1] !== SHA256_HEAD[1]) {
    throw new OffpeakError('network.bad-cid', { message: `"${cid}" is not a CIDv0.` });
  }
  return bytes.slice(2);
}

/** The CIDv0 of the 32 bytes an account stores; null for all zeros, which mean "none". */
export function cidOfDigest(digest: Uint8Array): string | null {
  if (digest.length !== 32) throw new OffpeakError('network.bad-cid');
  return digest.every((byte) => byte === 0)
    ? null
    : encodeBase58(Uint8Array.from([...SHA256_HEAD, ...digest]));
}

function chunks(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += CHUNK_BYTES) {
    parts.push(bytes.subarray(at, at + CHUNK_BYTES));
  }
  return parts;
}

function groups(blocks: readonly Block[]): Block[][] {
  const parts: Block[][] = [];
  for (let at = 0; at < blocks.length; at += LINKS_PER_NODE) {
    parts.push(blocks.slice(at, at + LINKS_PER_NODE));
  }
  return parts;
}

function leaf(content: Uint8Array): Block {
  return block([], unixfsFile(content, content.length, []), content.length);
}

function parent(children: readonly Block[]): Block {
  const sizes = children.map((child) => child.contentBytes);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return block(children, unixfsFile(new Uint8Array(), total, sizes), total);
}

/** dag-pb: links (field 2) come before the data (field 1), whatever their numbers say. */
function block(children: readonly Block[], data: Uint8Array, contentBytes: number): Block {
  const links = children.map((child) =>
    field(
      2,
      Buffer.concat([field(1, child.cid), field(2, new Uint8Array()), number(3, child.treeBytes)]),
    ),
  );
  const bytes = Buffer.concat([...links, field(1, data)]);
  const digest = createHash('sha256').update(bytes).digest();
  return {
    cid: Uint8Array.from([...SHA256_HEAD, ...digest]),
    treeBytes: children.reduce((sum, child) => sum + child.treeBytes, bytes.length),
    contentBytes,
  };
}

/** UnixFS message of a file: type 2 (file), content, file size, sizes of the children. */
function unixfsFile(content: Uint8Array, size: number, childSizes: readonly number[]): Uint8Array {
  return Buffer.concat([
    number(1, 2),
    ...(content.length > 0 ? [field(2, content)] : []),
    number(3, size),
    ...childSizes.map((child) => number(4, child)),
  ]);
}

/** Protobuf field with a length-delimited value. */
function field(tag: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([varint((tag << 3) | 2), varint(value.length), value]);
}

/** Protobuf field with a number. */
function number(tag: number, value: number): Uint8Array {
  return Buffer.concat([varint(tag << 3), varint(value)]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}
