import { parseArgs } from 'node:util';
import { CallError } from '../app/contract/client.ts';
import { OffpeakError, toErrorReport } from '../app/contract/errors.ts';
import { type CliContext, type CliResult, flags } from './commands/context.ts';
import { benchmark } from './commands/benchmark.ts';
import { doctor } from './commands/doctor.ts';
import { earnings } from './commands/earnings.ts';
import { gpus } from './commands/gpus.ts';
import { jobs } from './commands/jobs.ts';
import { keys } from './commands/keys.ts';
import { network } from './commands/network.ts';
import { power } from './commands/power.ts';
import { prove } from './commands/prove.ts';
import { readiness } from './commands/readiness.ts';
import { run } from './commands/run.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { validate } from './commands/validate.ts';

/** Exit codes of every command. */
const FAILED = 1;
const BAD_USAGE = 2;

const subcommands: Readonly<Record<string, (context: CliContext) => Promise<CliResult>>> = {
  start,
  status,
  doctor,
  readiness,
  gpus,
  benchmark,
  power,
  prove,
  network,
  validate,
  run,
  jobs,
  earnings,
  keys,
};

const help = `offpeak: lend your idle NVIDIA card, and have it back the moment you play.

Usage: offpeak COMMAND [--json]

  start [--headless] [--port N]   start lending; --headless serves the interface in a browser
  status                          what the running Offpeak is doing, and why
  doctor                          what is missing or broken, and the remedy
  readiness [--measure-network]   what the real network asks of this computer, and what is there
  prove                           try to break out of a job's container, and what stopped it
  gpus [--processes]              your cards as their driver describes them; and who uses them
  benchmark [--card UUID]         what a card computes, moves and gets right; about 25 s
            [--health|--soak]     also under load until it is hot: 5 minutes, or 20
            [--resume]            goes on with a run of the level that was stopped
            [--metric NAME]       only this; more than one may be named
            [--backend NAME]      cuda, or opencl: on a processor, too, for trying
  benchmark --history             what was measured before
  benchmark --sweep [--tariff PRICE] [--income AMOUNT]
                                  speed, power and money at six power limits; 5 minutes
  power [--card UUID]             which settings of cards are changed, and how that may be done
        [--cap W|--clocks MHZ|--fan PERCENT] [--keep]
                                  tries one for 15 seconds; --keep keeps it while the card is lent
  power allow|keep|revert         starts the helper; keeps what is tried, or puts it back
  power drop [cap] [clocks] [fan] leaves settings to the card again
  power quiet 22:00-7:00 --most-fan PERCENT|--most-celsius DEGREES
                                  lowers the power limit in these hours; "never" ends it
  power restore                   puts back what a crash left changed
  network [practice|mainnet]      which network, its servers and limits; see docs/mainnet.md
  network costs [ADDRESS]         what lending costs in fees and rent, before anything is signed
  network rewards|claim [ADDRESS] what the network pays for being there, apart from jobs
  validate FILE                   check a job definition and show its plan
  run FILE                        run a job definition here, without any network
  jobs [--limit N] [--csv]        the jobs so far, newest first
  earnings                        what they brought
  keys [list]                     the addresses of this host on the real network
  keys create [--label TEXT]      a new key; one for each card
  keys import FILE                a key file of Solana or of the official node (nosana_key.json)
  keys assign ADDRESS CARD        the card (its UUID, or "none") that works under an address

--json prints one document on standard output; everything else goes to standard error.
OFFPEAK_HOME moves all files. Exit codes: 0 ok, 1 failed, 2 bad usage.
`;

/** Runs one command; resolves with its exit code and has printed everything by then. */
export async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  try {
    const [name = ''] = args;
    if (['', '--help', '-h', 'help'].includes(name)) return printHelp(name === '');
    const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
    if (!subcommand) throw usage(`There is no command "${name}".`);
    const result = await subcommand(parse(args.slice(1)));
    const document = result.json === undefined ? '' : `${JSON.stringify(result.json)}\n`;
    process.stdout.write(json ? document : result.text);
    return result.exitCode;
  } catch (error) {
    // What a running host refuses has its own words already.
    const report = error instanceof CallError ? error.report : toErrorReport(error);
    if (json) process.stdout.write(`${JSON.stringify({ error: report })}\n`);
    process.stderr.write(`offpeak: ${report.message}\n${report.remedy}\n`);
    return report.code === 'host.bad-usage' ? BAD_USAGE : FAILED;
  }
}

function parse(args: string[]): CliContext {
  try {
    const { values, positionals } = parseArgs({ args, options: flags, allowPositionals: true });
    return { values, positionals, env: process.env };
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function printHelp(missingCommand: boolean): number {
  (missingCommand ? process.stderr : process.stdout).write(help);
  return missingCommand ? BAD_USAGE : 0;
}

function usage(message: string): OffpeakError {
  return new OffpeakError('host.bad-usage', { message });
}
