import { describe, expect, it } from 'vitest';
import { terminalText } from '../../renderer/components/terminal-text.ts';
import { harmless, harmlessTexts } from '../../renderer/host/harmless.ts';

const ESC = '\u001b';

describe('a line that a job printed', () => {
  it('loses colours, cursor moves, titles and links, and keeps the words', () => {
    expect(terminalText(`${ESC}[1;31merror${ESC}[0m: ${ESC}[38;2;1;2;3mred${ESC}[m`)).toBe(
      'error: red',
    );
    expect(terminalText(`${ESC}[2J${ESC}[H${ESC}[?25lnothing is cleared`)).toBe(
      'nothing is cleared',
    );
    expect(terminalText(`${ESC}]0;a title\u0007text`)).toBe('text');
    expect(terminalText(`${ESC}]8;;https://a.example${ESC}\\link${ESC}]8;;${ESC}\\`)).toBe('link');
    expect(terminalText(`\u009b31mred${ESC}(B${ESC}=`)).toBe('red');
  });

  it('loses a sequence that never ends, but not what stands before it', () => {
    expect(terminalText(`before${ESC}`)).toBe('before');
    expect(terminalText(`before${ESC}[`)).toBe('before');
    expect(terminalText(`before${ESC}]0;never closed`)).toBe('before');
  });

  it('shows the last state of a progress bar', () => {
    expect(terminalText(' 10%\r 50%\r100% done')).toBe('100% done');
    expect(terminalText('100% done\r')).toBe('100% done');
    expect(terminalText('\r\r')).toBe('');
  });

  it('loses the other control characters, but not tabs', () => {
    expect(terminalText('a\u0000b\u0007c\u007fd\u0085e\tf')).toBe('abcde\tf');
  });

  it('keeps markup, other scripts and emoji as they are', () => {
    const text = '<b>&amp;</b> שלום 你好 👩‍🚀';
    expect(terminalText(text)).toBe(text);
  });

  it('is found in long lines, too', () => {
    // A pattern that goes back over what it has read would not come to an end here.
    expect(terminalText(`${ESC}]`.repeat(32_000))).toBe('');
    expect(terminalText(`${ESC}[${'0;'.repeat(32_000)}mx`)).toBe('x');
  });
});

describe('a text of the host', () => {
  it('cannot turn the reading direction around', () => {
    expect(harmless('exe.\u202egnp')).toBe('exe.⟨U+202E⟩gnp');
    expect(harmless('\u2066\u200f\u061c')).toBe('⟨U+2066⟩⟨U+200F⟩⟨U+061C⟩');
    expect(harmless('plain\ntext שלום')).toBe('plain\ntext שלום');
  });

  it('is looked at wherever it stands in a message', () => {
    const message = JSON.stringify({ a: ['\u202e', { b: 'x\u2069' }], n: 1, none: null });
    expect(JSON.parse(message, harmlessTexts)).toEqual({
      a: ['⟨U+202E⟩', { b: 'x⟨U+2069⟩' }],
      n: 1,
      none: null,
    });
  });
});
