import type { HostState } from '../../app/contract/state.ts';
import { type CliContext, type CliResult, paths } from './context.ts';
import { connectToHost } from '../../app/serve/remote-host.ts';

/** `offpeak status`: the running host's state; when none runs, that it is off. */
export async function status(context: CliContext): Promise<CliResult> {
  const client = await connectToHost(paths(context.env).address);
  if (!client) {
    const off = { running: false, phase: 'off' };
    return { exitCode: 0, json: off, text: 'Off: Offpeak is not running.\n' };
  }
  const state = client.state;
  client.close();
  return {
    exitCode: 0,
    json: { running: true, phase: state.host.phase, ...state },
    text: describe(state),
  };
}

function describe(state: HostState): string {
  const { host, network, job, alerts } = state;
  const lines = [
    `${host.phase}: ${host.reason.text}`,
    ...(host.reason.next ? [`Next: ${host.reason.next}`] : []),
    `Network: ${network.label}${network.practice ? ' (practice, worthless NOS)' : ''}`,
    ...(job ? [`Job: ${job.title} (${job.stage})`] : []),
    ...alerts.map((alert) => `${nameOf(state, alert.card)}: ${alert.text} ${alert.remedy}`),
    `Jobs paid today: ${state.earnings.jobsToday}`,
  ];
  return `${lines.join('\n')}\n`;
}

function nameOf({ cards }: HostState, uuid: string | null): string {
  return cards.cards.find((card) => card.uuid === uuid)?.name ?? 'A card';
}
