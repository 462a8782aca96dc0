import { AwsV4Signer } from 'aws4fetch';

export interface S3Credentials {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * The headers that authorise one GET of an S3 object or listing (AWS Signature Version 4). They
 * hold the time and are refused after 15 minutes, so every request is signed anew.
 */
export async function signedHeaders(
  url: string,
  credentials: S3Credentials,
): Promise<Record<string, string>> {
  const signer = new AwsV4Signer({ ...credentials, url, method: 'GET', service: 's3' });
  const { headers } = await signer.sign();
  return Object.fromEntries(headers.entries());
}
