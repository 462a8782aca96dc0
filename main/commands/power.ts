import { setTimeout as sleep } from 'node:timers/promises';
import { OffpeakError } from '../../app/contract/errors.ts';
import { PowerKind, type PowerState } from '../../app/contract/power.ts';
import { type ConnectedHost, connectToHost } from '../../app/serve/remote-host.ts';
import { type CliContext, type CliResult, paths } from './context.ts';
import { cardMeant, openOwnPower } from './own-power.ts';
import { powerText } from './power-text.ts';
import { quietOf, settingOf } from './power-words.ts';

/** A change arrives in the state a moment after it was accepted. */
const ARRIVING_MS = 300;

/**
 * `offpeak power`: which settings of cards are changed, by what way, and what was left; with a word or a flag it
 * changes them, for which Offpeak has to run.
 */
export async function power(context: CliContext): Promise<CliResult> {
  const [word, ...rest] = context.positionals;
  const host = await connectToHost(paths(context.env).address);
  if (host === null) return withoutHost(context, word);
  try {
    await act(host, context, [word, ...rest]);
    await sleep(word === undefined && settingOf(context) === null ? 0 : ARRIVING_MS);
    return shown(host.state.power);
  } finally {
    host.close();
  }
}

async function act(
  host: ConnectedHost,
  context: CliContext,
  [word, ...rest]: readonly (string | undefined)[],
): Promise<void> {
  const setting = settingOf(context);
  const card = () =>
    cardMeant(
      host.state.power.cards.map((one) => one.card),
      context.values.card,
    );
  switch (word) {
    case undefined:
      if (setting !== null) {
        await host.call('power.try', { card: card(), setting });
        if (context.values.keep === true) await host.call('power.keep', { card: card() });
        else process.stderr.write('It goes back in 15 seconds: "offpeak power keep" keeps it.\n');
      }
      return;
    case 'allow':
    case 'restore':
      await host.call('power.allow', {});
      return;
    case 'keep':
      await host.call('power.keep', { card: card() });
      return;
    case 'revert':
      await host.call('power.revert', { card: card() });
      return;
    case 'drop':
      await host.call('power.drop', { card: card(), kinds: kindsOf(rest) });
      return;
    case 'quiet':
      await host.call('power.quiet', { card: card(), quiet: quietOf(rest[0], context) });
      return;
    default:
      throw new OffpeakError('host.bad-usage', {
        message: `"power" does not know "${word}".`,
        remedy: 'It knows: allow, keep, revert, drop, quiet and restore.',
      });
  }
}

/** Only what a crash left can be put back then: everything else holds as long as Offpeak runs. */
async function withoutHost(context: CliContext, word: string | undefined): Promise<CliResult> {
  const isQuestion = word === undefined && settingOf(context) === null;
  if (!isQuestion && word !== 'restore') throw new OffpeakError('power.not-running');
  const { room, close } = await openOwnPower(context);
  try {
    if (word === 'restore' && room.state.left.length > 0) await room.allow();
    const { state } = room;
    const isDone = word !== 'restore' || state.left.length === 0;
    return { ...shown(state), exitCode: isDone ? 0 : 1 };
  } finally {
    await close();
  }
}

function kindsOf(words: readonly (string | undefined)[]): PowerKind[] {
  const kinds = words.map((word) => PowerKind.safeParse(word).data ?? null);
  const known = kinds.filter((kind) => kind !== null);
  if (known.length === 0 && words.length === 0) return [...PowerKind.options];
  if (known.length === words.length) return known;
  throw new OffpeakError('host.bad-usage', {
    message: '"power drop" takes the settings to leave to the card.',
    remedy: `They are: ${PowerKind.options.join(', ')}; none means all.`,
  });
}

function shown(state: PowerState): CliResult {
  return { exitCode: 0, json: state, text: powerText(state) };
}
