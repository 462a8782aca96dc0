import { join } from 'node:path';
import { OffpeakError } from '../../app/contract/errors.ts';
import type { IdentityView } from '../../app/contract/identities.ts';
import { practiceAddresses } from '../../app/network/practice/host-keys.ts';
import { openVault, type Vault } from '../../app/wallet/vault.ts';
import { askPassphrase } from './ask-passphrase.ts';
import { type CliContext, type CliResult, paths } from './context.ts';

/** `offpeak keys`: the keys of the real network. Works beside a running host, which sees it. */
export async function keys(context: CliContext): Promise<CliResult> {
  const [action = 'list', ...rest] = context.positionals;
  const { home } = paths(context.env);
  const practice = practiceAddresses(join(home, 'practice'));
  const vault = openVault(join(home, 'wallet', 'keys.json'), {
    isPractice: (address) => practice.includes(address),
  });
  switch (action) {
    case 'list':
      exactly(rest, 0);
      return list(vault);
    case 'create':
      exactly(rest, 0);
      return await create(vault, context);
    case 'import':
      exactly(rest, 1);
      return await importKey(vault, context, rest[0] ?? '');
    case 'assign':
      exactly(rest, 2);
      return await assign(vault, rest[0] ?? '', rest[1] ?? '');
    default:
      throw usage(`"keys" does not know "${action}".`);
  }
}

function list(vault: Vault): CliResult {
  const identities = vault.identities();
  const text = identities.map(line).join('');
  return {
    exitCode: 0,
    json: { vault: vault.state(), identities },
    text: text || 'No keys yet. "offpeak keys create" makes one.\n',
  };
}

async function create(vault: Vault, context: CliContext): Promise<CliResult> {
  await open(vault, context.env);
  const identity = await vault.createKey(labelOf(context, 'Key'));
  return { exitCode: 0, json: { identity }, text: `Created ${line(identity)}` };
}

async function importKey(vault: Vault, context: CliContext, file: string): Promise<CliResult> {
  await open(vault, context.env);
  const imported = await vault.importFile(file, labelOf(context, 'Imported key'));
  const { identity, known, readableByOthers } = imported;
  const warning = readableByOthers
    ? 'Anybody on this computer can read that file: delete it once you have seen that the import worked.'
    : null;
  if (warning !== null) process.stderr.write(`${warning}\n`);
  return {
    exitCode: 0,
    json: { identity, known, warning },
    text: `${known ? 'Already here:' : 'Imported'} ${line(identity)}`,
  };
}

async function assign(vault: Vault, address: string, card: string): Promise<CliResult> {
  if (card !== 'none' && !card.startsWith('GPU-')) {
    throw usage(`A card is named by its UUID, as "offpeak gpus" prints it, not "${card}".`);
  }
  await vault.assign(address, card === 'none' ? null : card);
  return list(vault);
}

/** Unlocks the vault, or makes the first one. */
async function open(vault: Vault, env: NodeJS.ProcessEnv): Promise<void> {
  const isNew = vault.state() === 'none';
  const passphrase = await askPassphrase(env, { twice: isNew });
  await (isNew ? vault.create(passphrase) : vault.unlock(passphrase));
}

function labelOf({ values }: CliContext, otherwise: string): string {
  return values.label?.slice(0, 60) ?? otherwise;
}

function line({ address, label, card }: IdentityView): string {
  return `${address}  ${card ?? 'no card'}  ${label}\n`;
}

function exactly(given: readonly string[], count: number): void {
  if (given.length !== count) throw usage('"keys" does not understand this line.');
}

function usage(message: string): OffpeakError {
  const remedy = 'It takes: list, create, import FILE, assign ADDRESS CARD.';
  return new OffpeakError('host.bad-usage', { message, remedy });
}
