import type { Check } from '../../app/contract/state.ts';
import { cardCheck, diskCheck, engineCheck, networkCheck } from '../../app/doctor/checks.ts';
import { readCards } from '../../app/gpu/cards.ts';
import { OffpeakError } from '../../app/contract/errors.ts';
import { localChainPackage } from '../../app/platform/platform.ts';
import { freeDiskBytes } from '../../app/rooms.ts';
import { type CliContext, type CliResult, paths } from './context.ts';
import { openOwnContainers } from './own-containers.ts';

/** `offpeak doctor`: every check, made now; exit 0 when all that jobs need is there. */
export async function doctor(context: CliContext): Promise<CliResult> {
  const { home } = paths(context.env);
  const containers = openOwnContainers(context);
  const [engine, cards, free] = await Promise.all([
    containers.checkEngine(),
    readCards(),
    freeDiskBytes({ home }),
  ]);
  if (engine.ok) await containers.close();
  const checks = [
    engineCheck(engine),
    cardCheck(cards),
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

function chainProblem() {
  const chain = localChainPackage();
  if (chain.packageName !== null) return null;
  return new OffpeakError('practice.no-chain', { message: chain.reason }).toReport();
}

function describe(check: Check): string {
  const head = `${check.ok ? 'ok ' : '!! '} ${check.name}: ${check.message}\n`;
  return check.remedy === null ? head : `${head}    ${check.remedy}\n`;
}
