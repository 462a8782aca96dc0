import type { Check } from '../../app/contract/state.ts';
import { CardsInContainers } from '../../app/doctor/cards-in-containers.ts';
import {
  cardCheck,
  cardsInContainersCheck,
  diskCheck,
  engineCheck,
  networkCheck,
} from '../../app/doctor/checks.ts';
import { readCards } from '../../app/gpu/cards.ts';
import { OffpeakError } from '../../app/contract/errors.ts';
import { localChainPackage } from '../../app/platform/platform.ts';
import { freeDiskBytes, lentCards } from '../../app/rooms.ts';
import { connectToHost } from '../../app/serve/remote-host.ts';
import { type CliContext, type CliResult, paths } from './context.ts';
import { openOwnContainers } from './own-containers.ts';

/** `offpeak doctor`: every check, made now; exit 0 when all that jobs need is there. */
export async function doctor(context: CliContext): Promise<CliResult> {
  const { address, home } = paths(context.env);
  const containers = openOwnContainers(context);
  const [engine, cards, free, isBusy] = await Promise.all([
    containers.checkEngine(),
    readCards(),
    freeDiskBytes({ home }),
    hasJob(address),
  ]);
  const given = new CardsInContainers({
    check: (lent, signal) => containers.checkCards(lent, signal),
    isBusy: () => isBusy,
    now: Date.now,
  });
  const seen = await given.look({
    cards: lentCards(cards.cards).map(({ uuid }) => uuid),
    engineAnswers: engine.ok,
    onDemand: true,
  });
  if (engine.ok) await containers.close();
  const checks = [
    engineCheck(engine),
    cardCheck(cards),
    cardsInContainersCheck(seen),
    networkCheck({ label: 'The practice network', state: 'possible', problem: chainProblem() }),
    diskCheck(free, home),
  ];
  // Without a card, practice still works: the card's check is advice, not a failure.
  const needed = checks.filter((check) => check.name !== 'card');
  return {
    exitCode: needed.every((check) => check.ok) ? 0 : 1,
    json: { checks },
    text: checks.map(describe).join(''),
  };
}

/** Does a host run in this folder that has a job? The card is then in use. */
async function hasJob(address: string): Promise<boolean> {
  const host = await connectToHost(address);
  host?.close();
  return (host?.state.job ?? null) !== null;
}

function chainProblem() {
  const chain = localChainPackage();
  if (chain.packageName !== null) return null;
  return new OffpeakError('practice.no-chain', { message: chain.reason }).toReport();
}

function describe(check: Check): string {
  const head = `${check.ok ? 'ok ' : '!! '} ${check.name}: ${check.message}\n`;
  return check.remedy === null ? head : `${head}    ${check.remedy}\n`;
}
