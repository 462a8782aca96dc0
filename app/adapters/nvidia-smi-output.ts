/** The end of an error text that is worth keeping, in characters. */
const KEPT_TEXT = 2000;

/** What `nvidia-smi -q -x` wrote, told apart: the XML document, and all other words. */
export interface SmiOutput {
  /** The whole document, or null where it is absent or breaks off. */
  readonly xml: string | null;
  /** Warnings and errors from either stream, trimmed and shortened; empty when there are none. */
  readonly words: string;
}

const WHOLE = /(?:<\?xml|<!DOCTYPE|<nvidia_smi_log>)[\s\S]*<\/nvidia_smi_log>/;
const BROKEN_OFF = /(?:<\?xml|<!DOCTYPE|<nvidia_smi_log>)[\s\S]*>/;

/**
 * Separates the XML document from what nvidia-smi writes around it. It prints its errors on stdout,
 * and some warnings (a damaged infoROM, for one) before or after a perfectly good document. What is
 * inside the document is never taken for words: a job can choose what its process is called.
 */
export function splitOutput(stdout: string, stderr: string): SmiOutput {
  const xml = WHOLE.exec(stdout)?.[0] ?? null;
  const markup = xml ?? BROKEN_OFF.exec(stdout)?.[0] ?? '';
  const around = stdout.replace(markup, () => '\n');
  const words = `${around.trim()}\n${stderr.trim()}`.trim().slice(-KEPT_TEXT);
  return { xml, words };
}
