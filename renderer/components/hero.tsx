import type { ReactNode } from 'react';
import { dayPartOf } from '../../app/contract/day-part.ts';
import type { HostState } from '../../app/contract/state.ts';
import { useHost } from '../host/host-context.tsx';
import { headline, underHeadline } from './headline.ts';
import { LendButton } from './lend-button.tsx';
import { PhaseSign } from './phase-sign.tsx';
import { PracticeMark } from './practice-mark.tsx';
import { Remedy } from './remedy.tsx';
import { RunProgress } from './run-progress.tsx';
import { phaseTone } from './tone.ts';

/** What is happening, why, and the one big button. */
export function Hero(): ReactNode {
  const { phase, reason } = useHost((state) => state.host);
  const title = useHost(headline);
  const why = useHost((state) => underHeadline(state).why);
  const next = useHost((state) => underHeadline(state).next);
  const job = useHost((state) => state.job);
  return (
    <section
      className={`panel hero tone-${phaseTone(dayPartOf(phase, reason))}`}
      aria-labelledby="now"
    >
      <div>
        {/* Read out when it changes; the numbers below are not, they change every second. */}
        <div role="status">
          <p className="hero-phase">
            <PhaseSign phase={phase} reason={reason} /> <WhichMoney />
          </p>
          <h1 id="now">{title}</h1>
        </div>
        {why !== null && <p className="soft">{why}</p>}
        {next !== null && <Remedy text={next} />}
      </div>
      <LendButton />
      {job && <RunProgress job={job} />}
    </section>
  );
}

function WhichMoney(): ReactNode {
  const practice = useHost((state: HostState) => state.network.practice);
  return practice && <PracticeMark />;
}
