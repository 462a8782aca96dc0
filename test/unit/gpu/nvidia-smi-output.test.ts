import { describe, expect, it } from 'vitest';
import { splitOutput } from '../../../app/adapters/nvidia-smi-output.ts';

const DOCUMENT = '<?xml version="1.0" ?>\n<nvidia_smi_log>\n<gpu/>\n</nvidia_smi_log>';

describe('what nvidia-smi wrote', () => {
  it('is a document when it is one', () => {
    expect(splitOutput(`${DOCUMENT}\n`, '')).toEqual({ xml: DOCUMENT, words: '' });
  });

  it('may have remarks before, after and on stderr', () => {
    expect(splitOutput(`Note $& one\n${DOCUMENT}\nWARNING: -> two\n`, 'three\n')).toEqual({
      xml: DOCUMENT,
      words: 'Note $& one\n\n\nWARNING: -> two\nthree',
    });
  });

  it('may lack the XML declaration', () => {
    const xml = '<nvidia_smi_log><gpu/></nvidia_smi_log>';
    expect(splitOutput(xml, '').xml).toBe(xml);
  });

  it('is none when it breaks off, and what it said until then is no error message', () => {
    const half =
      '<?xml version="1.0" ?>\n<nvidia_smi_log>\n<process_name>GPU is lost</process_name>\n';
    expect(splitOutput(half, '')).toEqual({ xml: null, words: '' });
    expect(splitOutput(`${half}\nGPU is lost\n`, '')).toEqual({ xml: null, words: 'GPU is lost' });
  });

  it('is none when it is an error, wherever that was written', () => {
    expect(splitOutput('No devices were found\n', '').words).toBe('No devices were found');
    expect(splitOutput('', 'sh: 1: nvidia-smi: not found\n').xml).toBeNull();
  });

  it('is shortened when it is endless', () => {
    const { xml, words } = splitOutput('x'.repeat(1_000_000), 'the end');
    expect(xml).toBeNull();
    expect(words.length).toBeLessThan(3000);
    expect(words).toMatch(/the end$/);
  });
});
