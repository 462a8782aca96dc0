import { Controls, WorldPlace } from './controls.ts';

/**
 * Takes the place of the practice world's process, where a test has a world of its own: it says
 * where that is, which outlives the host, and ends with its host as the real one does. Then it never
 * returns.
 */
export async function standInForWorld(folder: string): Promise<void> {
  const address = new Controls(folder).read('world', WorldPlace);
  if (address === null) return;
  process.once('disconnect', () => process.exit(0));
  process.send?.({ type: 'up', address });
  return new Promise<never>(() => undefined);
}
