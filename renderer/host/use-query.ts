import { useEffect, useState } from 'react';
import type { CommandInput, CommandName, CommandOutput } from '../../app/contract/commands.ts';
import { reasonOf, useCall } from './host-context.tsx';

interface Result<N extends CommandName> {
  /** The newest answer; null before the first. */
  readonly answer: CommandOutput<N> | null;
  /** Why the newest question was not answered, in a person's words. */
  readonly failure: string | null;
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
  const [result, setResult] = useState<Result<N>>({ answer: null, failure: null });
  const key = JSON.stringify(input);
  useEffect(() => {
    let current = true;
    // `key` stands for `input`, which is a new object on every drawing.
    call(name, JSON.parse(key) as CommandInput<N>).then(
      (answer) => current && setResult({ answer, failure: null }),
      (error: unknown) => {
        if (current) setResult(({ answer }) => ({ answer, failure: reasonOf(error) }));
      },
    );
    return () => {
      current = false;
    };
  }, [call, name, key, revision]);
  return result;
}
