import type { ReactNode } from 'react';
import type { CardReadiness, Readiness, ReadinessVerdict } from '../../app/contract/readiness.ts';
import { useHost } from '../host/host-context.tsx';
import { moment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { AskButton } from './ask-button.tsx';
import { shortCardName } from './headline.ts';
import { Panel } from './panel.tsx';
import { RequirementTable } from './requirement-table.tsx';
import { Sign, type SignShape } from './sign.tsx';
import { SpeedMeasurement } from './speed-measurement.tsx';
import type { Tone } from './tone.ts';

const looks: Readonly<Record<ReadinessVerdict, { tone: Tone; shape: SignShape }>> = {
  ready: { tone: 'earning', shape: 'check' },
  fixable: { tone: 'hot', shape: 'triangle' },
  'practice-only': { tone: 'mine', shape: 'ring' },
  measuring: { tone: 'pull', shape: 'half' },
};

/** Whether this computer has what the real network asks for: each thing beside what was measured. */
export function ReadinessPanel(): ReactNode {
  const readiness = useHost((state) => state.readiness);
  const { verdict, headline, requirements, cards } = readiness;
  return (
    <Panel
      title={t('readiness.title')}
      aside={<AskButton command="readiness.check" label={t('readiness.again')} blocked={null} />}
    >
      <p className="soft">{t('readiness.about')}</p>
      <div className="readiness">
        <div role="status">
          <Verdict verdict={verdict} words={headline} level="h3" />
        </div>
        <Origin readiness={readiness} />
        {requirements.length > 0 && (
          <RequirementTable title={t('readiness.computer')} requirements={requirements} />
        )}
        {cards.map((card) => (
          <OneCard card={card} alone={cards.length === 1} key={card.uuid ?? card.index} />
        ))}
        <SpeedMeasurement speed={readiness.speed} />
      </div>
    </Panel>
  );
}

function OneCard(props: { card: CardReadiness; alone: boolean }): ReactNode {
  const { card, alone } = props;
  const name = shortCardName(card.name);
  return (
    <>
      {!alone && (
        <Verdict
          verdict={card.verdict}
          words={t('readiness.card', { card: name, number: card.index, headline: card.headline })}
          level="h4"
        />
      )}
      {card.requirements.length > 0 && (
        <RequirementTable title={name} titled={!alone} requirements={card.requirements} />
      )}
    </>
  );
}

function Verdict(props: {
  verdict: ReadinessVerdict;
  words: string;
  level: 'h3' | 'h4';
}): ReactNode {
  const { tone, shape } = looks[props.verdict];
  const Heading = props.level;
  return (
    <Heading className={`verdict tone-${tone}`}>
      <Sign shape={shape} />
      <span>{props.words}</span>
    </Heading>
  );
}

function Origin(props: { readiness: Readiness }): ReactNode {
  const { measuredAt, thresholdsFrom } = props.readiness;
  const { source, at } = thresholdsFrom;
  return (
    <p className="facts-line">
      {measuredAt !== null && (
        <span>{t('readiness.measured-at', { when: moment(measuredAt) })}</span>
      )}
      <span>
        {source === 'network' && at !== null
          ? t('readiness.from-network', { when: moment(at) })
          : t('readiness.from-documentation')}
      </span>
    </p>
  );
}
