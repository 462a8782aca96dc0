import type { CostPreview } from '../../app/contract/costs.ts';
import { OffpeakError } from '../../app/contract/errors.ts';
import { connectToHost, type ConnectedHost } from '../../app/serve/remote-host.ts';
import { nosText } from './nos-text.ts';
import { type CliContext, type CliResult, paths } from './context.ts';

/** What of the network is about money: `offpeak network costs`, `rewards`, `claim`. */
export type MoneyWord = 'costs' | 'rewards' | 'claim';

export function isMoneyWord(word: string | undefined): word is MoneyWord {
  return word === 'costs' || word === 'rewards' || word === 'claim';
}

/** Asks the running host; it alone knows its market. Throws `host.not-running`, `network.…`. */
export async function networkMoney(word: MoneyWord, context: CliContext): Promise<CliResult> {
  const [, address = null, ...more] = context.positionals;
  if (more.length > 0) {
    const message = `"network ${word}" takes one address at most.`;
    throw new OffpeakError('host.bad-usage', { message });
  }
  const host = await connectToHost(paths(context.env).address);
  if (host === null) throw new OffpeakError('host.not-running');
  try {
    return await answers[word](host, address);
  } finally {
    host.close();
  }
}

const answers: Readonly<
  Record<MoneyWord, (host: ConnectedHost, address: string | null) => Promise<CliResult>>
> = {
  async costs(host, address) {
    const json = await host.call('network.costs', { address });
    return { exitCode: json.missing === '0' ? 0 : 1, json, text: costsText(json) };
  },
  async rewards(host, address) {
    const json = await host.call('rewards.read', { address });
    const text = `To be claimed: ${nosText(json.claimable)}, claimed so far: ${nosText(json.claimed)}\n`;
    return { exitCode: 0, json, text };
  },
  async claim(host, address) {
    const json = await host.call('rewards.claim', { address });
    return { exitCode: json.success ? 0 : 1, json, text: `${json.message}\n` };
  },
};

function costsText({ items, total, balance, missing }: CostPreview): string {
  const rows = items.map(({ lamports, text }) => `${lamports.padStart(12)}  ${text}\n`);
  const sums = [`${total.padStart(12)}  lamports in all, ${balance} are there\n`];
  if (missing !== '0') sums.push(`${missing.padStart(12)}  lamports are missing\n`);
  return [...rows, ...sums].join('');
}
