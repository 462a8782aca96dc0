import { useEffect, useState } from 'react';
import type { CommandInput, CommandName, CommandOutput } from '../../app/contract/commands.ts';
import { useCall } from './host-context.tsx';

/**
 * Asks the host and keeps the newest answer; null before the first. It asks again whenever the
 * input or `revision` changes, and drops answers that come too late.
 */
export function useQuery<N extends CommandName>(
  name: N,
  input: CommandInput<N>,
  revision: unknown,
): { readonly answer: CommandOutput<N> | null; readonly failure: string | null } {
  const call = useCall();
  const [result, setResult] = useState<{
    answer: CommandOutput<N> | null;
    failure: string | null;
  }>({ answer: null, failure: null });
  const key = JSON.stringify(input);
  useEffect(() => {
    let current = true;
    // `key` stands for `input`, which is a new object on every drawing.
    call(name, JSON.parse(key) as CommandInput<N>).then(
      (answer) => current && setResult({ answer, failure: null }),
      (error: unknown) => {
        const failure = error instanceof Error ? error.message : String(error);
        if (current) setResult((before) => ({ answer: before.answer, failure }));
      },
    );
    return () => {
      current = false;
    };
  }, [call, name, key, revision]);
  return result;
}
