import { createHash, createHmac } from 'node:crypto';
import type { Asked } from './scripted-server.ts';

export interface Key {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Checks the signature of a request as AWS describes it ("Signature Calculations for the
 * Authorization Header"), computed here from the request as it arrived and from nothing of the
 * library that signs. Returns why it is refused, or null.
 */
export function signatureProblem(asked: Asked, key: Key, now: number): string | null {
  const header = asked.headers.authorization ?? '';
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([\da-f]{64})$/;
  const [, id, day = '', region, names = '', signature] = form.exec(header) ?? [];
  if (id === undefined) return 'AccessDenied';
  if (id !== key.accessKeyId) return 'InvalidAccessKeyId';
  if (region !== key.region) return 'AuthorizationHeaderMalformed';
  const time = single(asked.headers['x-amz-date']);
  if (!time.startsWith(day) || Math.abs(timeOf(time) - now) > 15 * 60_000) {
    return 'RequestTimeTooSkewed';
  }
  const signed = names.split(';');
  // AWS wants the host and every x-amz header to be signed.
  const must = ['host', ...Object.keys(asked.headers).filter((name) => name.startsWith('x-amz-'))];
  if (!must.every((name) => signed.includes(name))) return 'SignatureDoesNotMatch';
  const text = [
    'AWS4-HMAC-SHA256',
    time,
    `${day}/${key.region}/s3/aws4_request`,
    sha256(canonicalRequest(asked, signed)),
  ].join('\n');
  const secret = ['s3', 'aws4_request'].reduce(
    (last, part) => hmac(last, part),
    hmac(hmac(`AWS4${key.secretAccessKey}`, day), key.region),
  );
  return hmac(secret, text).toString('hex') === signature ? null : 'SignatureDoesNotMatch';
}

function canonicalRequest({ method, path, headers }: Asked, signed: readonly string[]): string {
  const [rawPath = '', rawQuery = ''] = path.split('?');
  const pairs = rawQuery === '' ? [] : rawQuery.split('&').map((pair) => pair.split('='));
  const query = pairs
    .map(([name = '', value = '']) => `${encoded(decoded(name))}=${encoded(decoded(value))}`)
    .sort()
    .join('&');
  return [
    method,
    encoded(decoded(rawPath)).replaceAll('%2F', '/'),
    query,
    ...signed.map((name) => `${name}:${single(headers[name]).trim().replaceAll(/ +/g, ' ')}`),
    '',
    signed.join(';'),
    single(headers['x-amz-content-sha256']),
  ].join('\n');
}

function encoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      const hex = byte.toString(16).toUpperCase().padStart(2, '0');
      return /[A-Za-z0-9._~-]/.test(sign) ? sign : `%${hex}`;
    })
    .join('');
}

function decoded(text: string): string {
  return decodeURIComponent(text);
}

function timeOf(time: string): number {
  const [, y = '', mo = '', d = '', h = '', mi = '', s = ''] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}

function single(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
