import { HeatLimitC, MoneyChoices, type Settings as Choices } from '../contract/settings.ts';
import { readNetworkChoices } from './network-choices.ts';
import type { Settings } from './settings.ts';

const ENGINE = 'containers.engine';
const INTERNET = 'containers.internet';
const MONEY = 'money';
const HEAT = 'availability.heat-limit-c';
/** Under the highest that GeForce cards are made for: 88 to 94 °C on NVIDIA's product pages. */
const DEFAULT_HEAT_LIMIT_C = 87;

const NO_MONEY: MoneyChoices = { currency: 'EUR', perKwh: null, perNos: null };

/** What is chosen one by one; the network has its own. */
export type OwnChoices = Omit<Choices, 'network'>;

/** The owner's choices as they are kept; what was never chosen is automatic and safe. */
export function readChoices(settings: Settings): Choices {
  const engine = settings.get(ENGINE) ?? '';
  return {
    engine: engine === '' ? null : engine,
    internet: settings.get(INTERNET) === 'none' ? 'none' : 'filtered',
    heatLimitC: HeatLimitC.safeParse(Number(settings.get(HEAT))).data ?? DEFAULT_HEAT_LIMIT_C,
    money: readMoney(settings),
    network: readNetworkChoices(settings),
  };
}

/** Keeps choices; those that are not given stay. */
export function writeChoices(
  settings: Settings,
  { engine, internet, heatLimitC, money }: Partial<OwnChoices>,
): void {
  if (engine !== undefined) settings.set(ENGINE, engine ?? '');
  if (internet !== undefined) settings.set(INTERNET, internet);
  if (heatLimitC !== undefined) settings.set(HEAT, String(heatLimitC));
  if (money !== undefined) settings.set(MONEY, JSON.stringify(money));
}

function readMoney(settings: Settings): MoneyChoices {
  const text = settings.get(MONEY);
  return text === null ? NO_MONEY : (MoneyChoices.safeParse(JSON.parse(text)).data ?? NO_MONEY);
}
