import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../../app/adapters/docker/frames.ts';

const TIME = '2026-11-23T13:42:22.904957777Z';

describe("the engine's log stream", () => {
  const stream = Buffer.concat([
    frame(1, `${TIME} first line\n`),
    frame(2, `${TIME} \n`),
    frame(1, `${TIME} €\n`),
  ]);

  it.each([1, 2, 3, 7, 8, 9, 50, 1000])('reads the same in chunks of %i bytes', (size) => {
    const reader = new FrameReader();
    const messages = [];
    for (let at = 0; at < stream.length; at += size) {
      messages.push(...reader.push(stream.subarray(at, at + size)));
    }
    expect(messages.map((one) => [one.stream, one.timestamp, one.bytes.toString()])).toEqual([
      ['stdout', TIME, 'first line\n'],
      ['stderr', TIME, '\n'],
      ['stdout', TIME, '€\n'],
    ]);
  });

  it('is refused when it is something else, instead of filling the memory', () => {
    expect(() => new FrameReader().push(Buffer.from('plain text of a terminal'))).toThrow(
      /Unreadable/,
    );
    expect(() => new FrameReader().push(frame(1, 'no-time'))).toThrow(/without a timestamp/);
  });
});

function frame(type: number, payload: string): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}
