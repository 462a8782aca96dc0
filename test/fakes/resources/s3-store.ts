import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { ScriptedServer, type Asked } from './scripted-server.ts';
import { serveFile } from './serve-file.ts';
import { signatureProblem, type Key } from './sigv4.ts';

interface StoredObject {
  readonly content: Buffer;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface S3StoreOptions {
  /** Without a key everyone may read. */
  readonly key?: Key;
  /** Keys of one page of a listing. */
  readonly pageSize?: number;
  /** Some stores do not know `encoding-type`. */
  readonly ignoresEncoding?: boolean;
}

/**
 * A store that speaks the part of S3 that is used here: ListObjectsV2 with pages and encoded keys,
 * GET with ranges, signatures, and both styles of address: `<bucket>.<name>.example` and
 * `<host>/<bucket>`. Not a real one: no versions, no multipart uploads, no policies.
 */
export class S3Store {
  readonly #options: S3StoreOptions;
  readonly #buckets = new Map<string, Map<string, StoredObject>>();
  #server: ScriptedServer | null = null;

  constructor(options: S3StoreOptions = {}) {
    this.#options = options;
  }

  async start(): Promise<this> {
    this.#server = await ScriptedServer.start((asked, answer) => this.#answer(asked, answer));
    return this;
  }

  get server(): ScriptedServer {
    if (this.#server === null) throw new Error('The store is not started');
    return this.#server;
  }

  /** `etag` is the MD5 unless given, as for an upload in several parts. */
  put(
    bucket: string,
    key: string,
    content: string | Buffer,
    more: { readonly etag?: string; readonly headers?: StoredObject['headers'] } = {},
  ): void {
    const bytes = Buffer.from(content);
    const etag = `"${more.etag ?? createHash('md5').update(bytes).digest('hex')}"`;
    const objects = this.#buckets.get(bucket) ?? new Map<string, StoredObject>();
    const object = { content: bytes, etag, headers: more.headers ?? {} };
    this.#buckets.set(bucket, objects.set(key, object));
  }

  #answer(asked: Asked, answer: ServerResponse): void {
    const { key } = this.#options;
    const problem = key === undefined ? null : signatureProblem(asked, key, Date.now());
    if (problem !== null) return refuse(answer, 403, problem);
    const [path = '', query = ''] = asked.path.split('?');
    const host = asked.headers.host?.split('.')[0] ?? '';
    const whole = decodeURIComponent(path).slice(1);
    const slash = whole.includes('/') ? whole.indexOf('/') : whole.length;
    const [bucket, name] = this.#buckets.has(host)
      ? [host, whole]
      : [whole.slice(0, slash), whole.slice(slash + 1)];
    const objects = this.#buckets.get(bucket);
    if (objects === undefined) return refuse(answer, 404, 'NoSuchBucket');
    const fields = new URLSearchParams(query);
    if (fields.get('list-type') === '2') return this.#list(objects, fields, answer);
    const object = objects.get(name);
    if (object === undefined) return refuse(answer, 404, 'NoSuchKey');
    serveFile(asked, answer, {
      ...object,
      headers: { 'x-amz-request-id': 'TEST', ...object.headers },
    });
  }

  #list(
    objects: ReadonlyMap<string, StoredObject>,
    fields: URLSearchParams,
    answer: ServerResponse,
  ): void {
    const prefix = fields.get('prefix') ?? '';
    const pageSize = Number(fields.get('max-keys') ?? this.#options.pageSize ?? 1000);
    const after = Buffer.from(fields.get('continuation-token') ?? '', 'base64').toString('utf8');
    const found = [...objects].filter(([key]) => key.startsWith(prefix) && key > after);
    const sorted = found.sort(([a], [b]) => (a < b ? -1 : 1));
    const page = sorted.slice(0, pageSize);
    const isEncoded =
      fields.get('encoding-type') === 'url' && this.#options.ignoresEncoding !== true;
    const shown = (key: string): string =>
      isEncoded
        ? encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/')
        : escaped(key);
    const isTruncated = sorted.length > page.length;
    const last = page.at(-1)?.[0] ?? '';
    const token = Buffer.from(last).toString('base64');
    answer
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(
        [
          '<?xml version="1.0" encoding="UTF-8"?>',
          '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
          isEncoded ? '<EncodingType>url</EncodingType>' : '',
          `<IsTruncated>${String(isTruncated)}</IsTruncated>`,
          isTruncated ? `<NextContinuationToken>${token}</NextContinuationToken>` : '',
          ...page.map(
            ([key, { content, etag }]) =>
              `<Contents><Key>${shown(key)}</Key><Size>${content.length}</Size>` +
              `<ETag>${etag.replaceAll('"', '&#34;')}</ETag></Contents>`,
          ),
          '</ListBucketResult>',
        ].join('\n'),
      );
  }
}

function refuse(answer: ServerResponse, status: number, code: string): void {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
  answer.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
