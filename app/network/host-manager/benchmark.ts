import { z } from 'zod';
import { OffpeakError } from '../../contract/errors.ts';

/** As far as it has to be understood to be sent on its way; the jobs room judges the rest. */
const Definition = z.looseObject({
  ops: z
    .array(
      z.looseObject({
        type: z.string(),
        args: z.looseObject({ env: z.record(z.string(), z.unknown()).optional() }).optional(),
      }),
    )
    .min(1)
    .max(200),
});

/**
 * A benchmark as it is run: the definition with our authorization in the environment of every
 * container, which is how its programs speak with the host manager (nosana-node, benchmark.ts).
 *
 * A weakness of the network that we can name but not mend: the signature is over our address alone,
 * for all time and every route. Whatever program the host manager sends gets it, and whoever gets
 * hold of it can speak to the host manager in our name: register, say that we live, ask for our
 * rewards to be paid (to us). It signs no transaction and moves nothing. Throws
 * `network.benchmark-invalid`.
 */
export function withAuthorization(definition: unknown, authorization: string): Uint8Array {
  const parsed = Definition.safeParse(definition);
  if (!parsed.success) throw new OffpeakError('network.benchmark-invalid');
  // The name of the benchmark stands in the definition, too; no job definition has such a field.
  const fields = Object.entries(parsed.data).filter(([name]) => name !== 'id');
  const ops = parsed.data.ops.map((op) => {
    if (op.type !== 'container/run' || op.args === undefined) return op;
    return { ...op, args: { ...op.args, env: { ...op.args.env, authorization } } };
  });
  return new Uint8Array(Buffer.from(JSON.stringify({ ...Object.fromEntries(fields), ops })));
}
