import { z } from 'zod';
import { MAX_BUCKETS, MAX_FILES, MAX_URL_CHARACTERS } from './limits.ts';
import { PathText, Text, list, shortText } from './values.ts';

const Url = shortText(MAX_URL_CHARACTERS);
const Files = list(PathText, MAX_FILES);

/** Three forms in one: a plain address with files, one bucket, or several buckets. */
const S3Resource = z
  .strictObject({
    type: z.literal('S3'),
    target: PathText,
    url: Url.optional(),
    allowWrite: z.boolean().optional(),
    IAM: z.strictObject({ REGION: Text, ACCESS_KEY_ID: Text, SECRET_ACCESS_KEY: Text }).optional(),
    files: Files.optional(),
    bucket: Text.optional(),
    buckets: list(z.strictObject({ url: Url, files: Files.optional() }), MAX_BUCKETS).optional(),
  })
  .superRefine((resource, context) => {
    const sources = (['bucket', 'buckets', 'files'] as const).filter(
      (key) => resource[key] !== undefined,
    );
    const [first, ...others] = sources;
    for (const key of others) {
      const message = `cannot be given together with "${String(first)}"`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  });

const HuggingFaceResource = z.strictObject({
  type: z.literal('HF'),
  target: PathText,
  repo: Text,
  revision: Text.optional(),
  files: Files.optional(),
  accessToken: Text.optional(),
});

const OllamaResource = z.strictObject({
  type: z.literal('Ollama'),
  model: Text,
  target: PathText.optional(),
});

/** Something large that is fetched before the operation starts and is mounted at `target`. */
export const Resource = z.discriminatedUnion('type', [
  S3Resource,
  HuggingFaceResource,
  OllamaResource,
]);
export type Resource = z.infer<typeof Resource>;
