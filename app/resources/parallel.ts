/**
 * Does the work for all items, at most `width` at the same time, and gives the results in order.
 * The first failure stops the others; it is thrown when none of them is under way any more.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const queue = items.entries();
  const results: Result[] = [];
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (either.aborted) return;
      results[index] = await work(item, either);
    }
  };
  const lanes = Array.from({ length: Math.min(width, items.length) }, lane);
  try {
    await Promise.all(lanes);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(lanes);
    throw error;
  }
  signal.throwIfAborted();
  return results;
}
