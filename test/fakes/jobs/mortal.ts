/** The crash of a host in a test. */
export class CrashNow extends Error {}

/**
 * A stand-in for `target` as a host sees it that may die: once dead, no call reaches the target, no
 * promise settles and no callback gets through, as for a process that was killed. (A Proxy, so that
 * no fake has to know of it.)
 */
export function mortal<T extends object>(target: T, isDead: () => boolean): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (isDead()) return new Promise(() => undefined);
        const guarded = args.map((argument) => guardCallbacks(argument, isDead));
        const result: unknown = Reflect.apply(value, object, guarded);
        return result instanceof Promise ? whileAlive(result, isDead) : result;
      };
    },
  });
}

function guardCallbacks(argument: unknown, isDead: () => boolean): unknown {
  if (typeof argument === 'function') {
    return (...args: unknown[]): unknown =>
      isDead() ? undefined : Reflect.apply(argument, undefined, args);
  }
  if (typeof argument !== 'object' || argument === null || !('onLine' in argument)) return argument;
  return { ...argument, onLine: guardCallbacks(argument.onLine, isDead) };
}

function whileAlive(result: Promise<unknown>, isDead: () => boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    result.then(
      (value) => {
        if (!isDead()) resolve(value);
      },
      (error: unknown) => {
        // Only errors are thrown in this house; a dead host hears of none.
        if (!isDead()) reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
