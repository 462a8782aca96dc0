import type { Requirement } from '../contract/readiness.ts';
import { DOCUMENTED_UBUNTU } from './documented.ts';
import type { PlatformFacts } from './facts.ts';
import { isOlder } from './limits.ts';
import { requirement } from './requirement.ts';

const ADVICE = `The network recommends Ubuntu ${DOCUMENTED_UBUNTU} or newer.`;

/** Is this a system from which the network takes hosts? */
export function platformRule(platform: PlatformFacts): Requirement {
  const asked = `Linux on the computer itself; Ubuntu ${DOCUMENTED_UBUNTU} or newer is recommended`;
  const measured = platform.wsl
    ? `${platform.name ?? 'Linux'} in WSL`
    : (platform.name ?? WORDS[platform.os]);
  if (platform.os !== 'linux' || platform.wsl) {
    return requirement({
      name: 'platform',
      asked,
      measured,
      verdict: 'unfixable',
      note: refusal(platform),
      remedy: `To lend to the network, install Linux on this computer itself. ${practice(platform)}`,
    });
  }
  const isRecommended =
    platform.distribution === 'ubuntu' &&
    platform.version !== null &&
    !isOlder(platform.version, DOCUMENTED_UBUNTU);
  const note = isRecommended ? null : ADVICE;
  return requirement({ name: 'platform', asked, measured, verdict: 'met', note });
}

const WORDS = { linux: 'Linux', windows: 'Windows', macos: 'macOS', other: 'another system' };

// docs/hosts/grid.md: "Windows (including WSL2) is being deprecated […] only native Linux
// installations are officially supported." The date stands in the official host (wslCheck.ts), which
// stops in WSL with the sentence that such hosts are no longer allowed to join the queue.
function refusal({ os, wsl }: PlatformFacts): string {
  if (wsl) {
    return 'The network takes hosts on native Linux only; those in WSL have been kept from its queue since 15 December 2025.';
  }
  return os === 'windows'
    ? 'The network takes hosts on native Linux only; Windows, with or without WSL, is no longer supported.'
    : `The network takes hosts on native Linux only, not on ${WORDS[os]}.`;
}

/** Whether practice is possible on this system, in a sentence. */
export function practice({ practiceProblem }: PlatformFacts): string {
  return practiceProblem === null
    ? 'Practice works here.'
    : `Practice does not work here either: ${practiceProblem}`;
}
