/** A practice job: what a client wants written. */
export interface PracticeJob {
  readonly title: string;
  readonly prompt: string;
  readonly tokens: number;
  /** Tokens per second at most, so that the text can be watched as it comes. */
  readonly pace: number;
}

const subjects: readonly { title: string; prompt: string }[] = [
  { title: 'A story about the night', prompt: 'At night the city' },
  { title: 'A story about the sea', prompt: 'The sea was' },
  { title: 'A story about an old machine', prompt: 'The old machine' },
  { title: 'A story about the stars', prompt: 'Far above the roofs the stars' },
  { title: 'A story about a patient engine', prompt: 'The engine waited' },
  { title: 'A story about the morning', prompt: 'In the morning' },
];

/** The nth job of this network: another subject and another length each time. */
export function practiceJob(n: number): PracticeJob {
  const subject = subjects[n % subjects.length] ?? { title: 'A story', prompt: 'Once' };
  // Lengths from 10 to about 40 seconds, in a fixed but varied order.
  const tokens = 320 + ((n * 7) % 10) * 96;
  return { ...subject, tokens, pace: 32 };
}

/** The job definition a client posts for it (job definition schema, version 0.1). */
export function practiceDefinition(n: number, image: string): Record<string, unknown> {
  const job = practiceJob(n);
  return {
    version: '0.1',
    type: 'container',
    meta: { trigger: 'practice', title: job.title },
    ops: [
      {
        type: 'container/run',
        id: 'write',
        args: {
          image,
          cmd: [
            '--prompt',
            job.prompt,
            '--seed',
            String(n + 1),
            '--tokens',
            String(job.tokens),
            '--pace',
            String(job.pace),
          ],
        },
      },
    ],
  };
}
