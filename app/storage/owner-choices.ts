import type { Settings as Choices } from '../contract/settings.ts';
import { readNetworkChoices } from './network-choices.ts';
import type { Settings } from './settings.ts';

const ENGINE = 'containers.engine';
const INTERNET = 'containers.internet';

/** The owner's choices as they are kept; what was never chosen is automatic and safe. */
export function readChoices(settings: Settings): Choices {
  const engine = settings.get(ENGINE) ?? '';
  return {
    engine: engine === '' ? null : engine,
    internet: settings.get(INTERNET) === 'none' ? 'none' : 'filtered',
    network: readNetworkChoices(settings),
  };
}

/** Keeps choices; those that are not given stay. */
export function writeChoices(
  settings: Settings,
  { engine, internet }: Partial<Pick<Choices, 'engine' | 'internet'>>,
): void {
  if (engine !== undefined) settings.set(ENGINE, engine ?? '');
  if (internet !== undefined) settings.set(INTERNET, internet);
}
