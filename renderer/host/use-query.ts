import { useEffect, useState } from 'react';
import type { CommandInput, CommandName, CommandOutput } from '../../app/contract/commands.ts';
import { reasonOf, useCall } from './host-context.tsx';

interface Result<N extends CommandName> {
  /** The newest answer; null before the first. */
  readonly answer: CommandOutput<N> | null;
  /** Why the newest question was not answered, in a person's words. */
  readonly failure: string | null;
  /** True until the newest question is answered. */
  readonly asking: boolean;
}

interface Kept<N extends CommandName> extends Omit<Result<N>, 'asking'> {
  /** The question that was answered last. */
  readonly to: { readonly key: string; readonly revision: unknown } | null;
}

/**
 * Asks the host and keeps the newest answer. It asks again whenever the input or `revision`
 * changes, and drops answers that come too late.
 */
export function useQuery<N extends CommandName>(
  name: N,
  input: CommandInput<N>,
  revision: unknown,
): Result<N> {
  const call = useCall();
  const key = JSON.stringify(input);
  const [result, setResult] = useState<Kept<N>>({ answer: null, failure: null, to: null });
  useEffect(() => {
    let current = true;
    const to = { key, revision };
    // `key` stands for `input`, which is a new object on every drawing.
    call(name, JSON.parse(key) as CommandInput<N>).then(
      (answer) => current && setResult({ answer, failure: null, to }),
      (error: unknown) => {
        if (current) setResult(({ answer }) => ({ answer, failure: reasonOf(error), to }));
      },
    );
    return () => {
      current = false;
    };
  }, [call, name, key, revision]);
  const { answer, failure, to } = result;
  return { answer, failure, asking: to?.key !== key || to.revision !== revision };
}
