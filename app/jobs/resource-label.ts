import type { Resource } from './definition/resources.ts';

const MAX_CHARACTERS = 200;

/** What a resource is called in journal, log and views: never a key, a token or a signed URL. Pure. */
export function resourceLabel(resource: Resource): string {
  const label = nameOf(resource).replace(/\p{C}/gu, ' ');
  return label.length <= MAX_CHARACTERS ? label : `${label.slice(0, MAX_CHARACTERS - 1)}…`;
}

function nameOf(resource: Resource): string {
  switch (resource.type) {
    case 'S3':
      return `S3 ${s3Sources(resource).map(withoutSecrets).join(', ')}`;
    case 'HF': {
      const { repo, revision = '' } = resource;
      return `Hugging Face ${withoutSecrets(repo)}${revision === '' ? '' : `@${revision}`}`;
    }
    case 'Ollama':
      return `Ollama ${withoutSecrets(resource.model)}`;
  }
}

function s3Sources({
  url,
  bucket,
  buckets = [],
}: Extract<Resource, { readonly type: 'S3' }>): string[] {
  return [url, bucket, ...buckets.map((one) => one.url)].filter((name) => name !== undefined);
}

/** A URL without what signs it and who signs in; other text is treated as if it were one. */
function withoutSecrets(text: string): string {
  const [place = ''] = text.split(/[?#]/);
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(place) ?? [];
  const [authority = '', ...path] = rest.split('/');
  return [scheme + authority.slice(authority.lastIndexOf('@') + 1), ...path].join('/');
}
