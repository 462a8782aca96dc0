import type { AdmissionState } from '../../../app/contract/admission.ts';
import type { IdentityState } from '../../../app/contract/identity-state.ts';
import { aNetworkChoice } from '../../fakes/host/host-state.ts';
import { inPhase, mainnet, type Scene } from './scene.ts';
import { inQueue, oneCard, withFourCards } from './scenes.ts';
import { address } from './scripted-address.ts';
import { aCard, cardsState } from './scripted-cards.ts';
import { fixable, practiceOnly } from './scripted-readiness.ts';

/* The real network: several cards with a key each, the way in, and what the owner sets for it. */

/** An identity that waits in the queue of its market. */
export function anIdentity(seed: number, changes: Partial<IdentityState> = {}): IdentityState {
  return {
    address: address(20 + seed),
    card: `GPU-00000000-0000-0000-0000-00000000000${seed}`,
    phase: 'available',
    reason: {
      code: 'in-queue',
      text: 'In the queue, place 3 of 41; the next job comes by itself.',
      next: null,
    },
    admission: {
      step: 'admitted',
      market: address(8),
      name: 'RTX 4090',
      report: null,
      stale: false,
    },
    queue: { position: 3, length: 41, market: address(8) },
    market: null,
    job: null,
    nos: '1200000',
    lamports: '20000000',
    ...changes,
  };
}

/** Four cards, each where a card can be: at work, in a queue, being measured, refused for now. */
export function fourIdentities(): Scene {
  const scene = withFourCards();
  scene.state.identities = [
    anIdentity(0, {
      phase: 'working',
      reason: { code: 'running', text: 'Running "Llama 3.1 8B by vllm/vllm-openai".', next: null },
      queue: null,
      job: scene.state.job,
    }),
    anIdentity(1),
    anIdentity(2, {
      phase: 'preparing',
      reason: {
        code: 'admission-benchmarking',
        text: 'Running what the network measures this computer with (round 2).',
        next: null,
      },
      admission: { step: 'benchmarking', id: 'llm', round: 2 },
      queue: null,
    }),
    anIdentity(3, { ...refused, queue: null }),
  ];
  return scene;
}

/** One card that the network measured and did not take. */
export function notQualified(): Scene {
  return onTheWay(refused.phase, refused.reason, refused.admission);
}

/** The network is being maintained. */
export function maintained(): Scene {
  const reason = {
    code: 'admission-maintenance',
    text: 'The network is being maintained. It says: new markets.',
    next: null,
  };
  const until = Date.now() + 1_800_000;
  return onTheWay('waiting', reason, { step: 'maintenance', until, reason: 'new markets' });
}

/** Practice; the owner reads what mainnet means. The computer is not quite ready for it. */
export function beforeMainnet(): Scene {
  const scene = inQueue();
  scene.state.cards = cardsState(aCard());
  scene.state.readiness = fixable();
  return scene;
}

/** Mainnet with everything set; the keys are open. */
export function onMainnet(): Scene {
  const scene = oneCard();
  scene.state.cards = cardsState(aCard(), aCard({ index: 1 }));
  scene.state.settings.network = aNetworkChoice({
    kind: 'mainnet',
    acknowledgedAt: Date.now() - 86_400_000,
    rpcOrigins: ['https://mainnet.helius-rpc.com', 'https://api.mainnet-beta.solana.com'],
    pinOrigin: 'https://api.pinata.cloud',
    hasPinToken: true,
    contact: { email: 'ada@example.org', discord: 'ada', twitter: null },
  });
  scene.state.vault = {
    state: 'open',
    identities: [
      aKey(0, { label: 'Imported key' }),
      aKey(1, { card: null, label: 'lower slot' }),
      aKey(2, { card: 'GPU-that-went-away' }),
    ],
  };
  return scene;
}

/** Mainnet, and the keys are locked. */
export function lockedKeys(): Scene {
  const scene = onMainnet();
  scene.state.vault = { ...scene.state.vault, state: 'locked' };
  scene.state.host = inPhase('needs-you', {
    code: 'wallet.locked',
    text: 'Your keys are locked.',
    next: 'Unlock them with your passphrase in Settings, Network.',
  });
  scene.state.job = null;
  return scene;
}

/** Windows, with two cards. */
export function onWindows(): Scene {
  const scene = beforeMainnet();
  scene.state.readiness = practiceOnly();
  return scene;
}

const refused: Pick<IdentityState, 'phase' | 'reason' | 'admission'> = {
  phase: 'waiting',
  reason: {
    code: 'admission-not-qualified',
    text: 'The network found no market that this computer fits. It is measured again after 2026-11-26 08:00 UTC.',
    next: null,
  },
  admission: {
    step: 'not-qualified',
    nextTestAt: Date.UTC(2026, 10, 26, 8),
    report: {
      market: null,
      passed: false,
      metrics: [
        { name: 'ram', measured: '32 GB', rule: 'at least 12 GB', passed: true, failure: null },
        {
          name: 'download_mbps',
          measured: '41',
          rule: 'at least 100',
          passed: false,
          failure: 'Download speed below the minimum of this market',
        },
      ],
    },
  },
};

function onTheWay(
  phase: IdentityState['phase'],
  reason: IdentityState['reason'],
  admission: AdmissionState | null,
): Scene {
  const scene = inQueue();
  scene.state.network = mainnet;
  scene.state.cards = cardsState(aCard());
  scene.state.queue = null;
  scene.state.host = inPhase(phase, reason);
  scene.state.identities = [anIdentity(0, { phase, reason, admission, queue: null })];
  scene.state.readiness = fixable();
  return scene;
}

function aKey(
  seed: number,
  changes: Partial<Scene['state']['vault']['identities'][number]> = {},
): Scene['state']['vault']['identities'][number] {
  const { address: key, card } = anIdentity(seed);
  return { address: key, label: `Card ${card ?? ''}`, card, createdAt: 1, ...changes };
}
