import { useEffect, useState } from 'react';
import { reasonOf } from './host-context.tsx';

/** By then a patch has arrived: the host sends at most four a second. */
const SETTLED_MS = 1000;

interface Choice<T> {
  /** What is shown as chosen. */
  readonly value: T;
  readonly choose: (value: T) => void;
  /** What the host accepted last on this screen; null before the first choice. */
  readonly accepted: { readonly value: T } | null;
  /** Why the last choice was not accepted, in a person's words. */
  readonly failure: string | null;
}

/**
 * A setting of the owner's. What is chosen shows at once; as soon as the host's state has had time
 * to change, it rules again, whoever changed it.
 */
export function useChoice<T>(current: T, apply: (value: T) => Promise<unknown>): Choice<T> {
  const [asked, setAsked] = useState<{ value: T; over: T } | null>(null);
  const [accepted, setAccepted] = useState<{ value: T } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  if (asked && asked.over !== current) setAsked(null);
  useEffect(() => {
    if (accepted === null) return;
    const timer = setTimeout(() => setAsked(null), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [accepted]);
  const choose = (value: T) => {
    setAsked({ value, over: current });
    setAccepted(null);
    setFailure(null);
    apply(value).then(
      () => setAccepted({ value }),
      (error: unknown) => {
        setAsked(null);
        setFailure(reasonOf(error));
      },
    );
  };
  return { value: asked ? asked.value : current, choose, accepted, failure };
}
