import { useState } from 'react';
import { reasonOf } from './host-context.tsx';

/** Something the owner asked for with a button. */
export interface Task {
  readonly busy: boolean;
  /** True from its good end until it is asked for again. */
  readonly done: boolean;
  /** Why it failed, in a person's words. */
  readonly failure: string | null;
  /** Starts it; does nothing while it runs. Resolves with whether it ended well. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

const idle = { busy: false, done: false, failure: null };

/** One thing at a time, with what became of it. */
export function useTask(): Task {
  const [state, setState] = useState<Omit<Task, 'run'>>(idle);
  const run = async (work: () => Promise<unknown>) => {
    if (state.busy) return false;
    setState({ ...idle, busy: true });
    try {
      await work();
      setState({ ...idle, done: true });
      return true;
    } catch (error) {
      setState({ ...idle, failure: reasonOf(error) });
      return false;
    }
  };
  return { ...state, run };
}
