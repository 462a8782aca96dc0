import { Controls, WorldPlace } from './controls.ts';

/**
 * Takes the place of the practice world's process: it says where the world of the test is, which
 * outlives the host, and ends with its host as the real one does. Never returns.
 */
export async function standInForWorld(folder: string): Promise<never> {
  const address = new Controls(folder).read('world', WorldPlace);
  process.once('disconnect', () => process.exit(0));
  process.send?.({ type: 'up', address });
  return new Promise<never>(() => undefined);
}
