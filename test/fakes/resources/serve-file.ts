import type { ServerResponse } from 'node:http';
import type { Asked } from './scripted-server.ts';

export interface ServedFile {
  readonly content: Buffer;
  readonly etag: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a request for a file as RFC 9110 has it: one range, `If-Range`, 206 and 416. */
export function serveFile({ headers }: Asked, answer: ServerResponse, file: ServedFile): void {
  const { content, etag } = file;
  const common = {
    ...file.headers,
    'accept-ranges': 'bytes',
    ...(etag === null ? {} : { etag }),
  };
  const condition = headers['if-range'];
  const isOther = condition !== undefined && condition !== etag;
  const range = isOther ? null : /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  if (range === null) {
    answer.writeHead(200, { ...common, 'content-length': content.length }).end(content);
    return;
  }
  const first = Number(range[1]);
  const last =
    range[2] === '' ? content.length - 1 : Math.min(Number(range[2]), content.length - 1);
  if (first >= content.length) {
    answer.writeHead(416, { ...common, 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const part = content.subarray(first, last + 1);
  const described = {
    'content-length': part.length,
    'content-range': `bytes ${first}-${last}/${content.length}`,
  };
  answer.writeHead(206, { ...common, ...described }).end(part);
}
