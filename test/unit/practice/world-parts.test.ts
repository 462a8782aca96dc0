import { mkdtempSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../app/jobs/definition/parse.ts';
import { cidOfDocument } from '../../../app/network/nosana/cid.ts';
import { type ContentServer, startContentServer } from '../../../app/network/stand-ins/content.ts';
import { openKeys } from '../../../app/network/practice/keys.ts';
import { practiceDefinition, practiceJob } from '../../../app/network/practice/prompts.ts';
import { readPracticeImage } from '../../../app/network/practice/practice-image.ts';
import { readSnapshot, writeSnapshot } from '../../../app/network/practice/snapshot.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'offpeak-practice-'));

describe('practice keys', () => {
  it('are made once, readable by their owner alone, and differ from each other', () => {
    const file = join(folder(), 'practice', 'keys.json');
    const keys = openKeys(file);
    const addresses = [keys.host.address, keys.poster.address, keys.market.address];
    expect(new Set(addresses).size).toBe(3);
    expect(openKeys(file).host.address).toBe(keys.host.address);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('of another folder are other keys', () => {
    const [a, b] = [folder(), folder()].map((at) => openKeys(join(at, 'keys.json')));
    expect(a?.host.address).not.toBe(b?.host.address);
  });
});

describe('practice jobs', () => {
  it('are valid job definitions, each another one', () => {
    const seen = new Set<string>();
    for (let n = 0; n < 30; n++) {
      const text = JSON.stringify(practiceDefinition(n, 'offpeak/practice-llm:1'));
      expect(parseDefinition(text)).toMatchObject({ valid: true });
      seen.add(text);
    }
    expect(seen.size).toBe(30);
  });

  it('take between ten seconds and a minute', () => {
    for (let n = 0; n < 50; n++) {
      const { tokens, pace } = practiceJob(n);
      expect(tokens / pace).toBeGreaterThanOrEqual(10);
      expect(tokens / pace).toBeLessThanOrEqual(60);
    }
  });
});

describe('the kept state of the chain', () => {
  const snapshot = { abc: { data: 'AAEC', executable: false, lamports: 5, owner: 'me' } };

  it('is read back as it was written', () => {
    const file = join(folder(), 'chain.json.gz');
    expect(readSnapshot(file)).toBeNull();
    writeSnapshot(file, snapshot);
    expect(readSnapshot(file)).toEqual(snapshot);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it('that is damaged is put aside, and practice begins anew', () => {
    const file = join(folder(), 'chain.json.gz');
    writeSnapshot(file, snapshot);
    writeFileSync(file, readFileSync(file).subarray(0, 20));
    expect(readSnapshot(file)).toBeNull();
    expect(existsSync(`${file}.damaged`)).toBe(true);
  });
});

describe('the practice image', () => {
  it('lies in the assets; a missing one names the file and the remedy', () => {
    const assets = join(import.meta.dirname, '..', '..', '..', 'assets', 'practice');
    const image = readPracticeImage(assets);
    expect(image.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(statSync(image.archivePath).size).toBeLessThan(8 * 1024 * 1024);
    expect(() => readPracticeImage(folder())).toThrow(
      expect.objectContaining({ code: 'practice.asset-missing' }) as Error,
    );
  });
});

describe('the content service', () => {
  let server: ContentServer | undefined;
  afterEach(() => server?.close());

  it('keeps a pinned document under its real CID', async () => {
    server = await startContentServer(folder());
    const document = { hello: ['world', 1, null] };
    const answer = await fetch(`${server.url}/pinning/pinJSONToIPFS`, {
      method: 'POST',
      body: JSON.stringify({ pinataContent: document }),
    });
    const { IpfsHash } = (await answer.json()) as { IpfsHash: string };
    expect(IpfsHash).toBe(cidOfDocument(Buffer.from(JSON.stringify(document))));
    const back = await fetch(`${server.url}/ipfs/${IpfsHash}`);
    expect(await back.json()).toEqual(document);
  });

  it('still has its documents after a restart', async () => {
    const at = folder();
    const first = await startContentServer(at);
    const cid = first.add(Buffer.from('{"a":1}'));
    first.close();
    server = await startContentServer(at);
    expect(await (await fetch(`${server.url}/ipfs/${cid}`)).text()).toBe('{"a":1}');
  });

  it('refuses what is no document and no CID', async () => {
    server = await startContentServer(folder());
    const pin = `${server.url}/pinning/pinJSONToIPFS`;
    const post = (body: string) => fetch(pin, { method: 'POST', body });
    expect((await post('not json')).status).toBe(400);
    expect((await post('{"other":1}')).status).toBe(400);
    for (const name of ['..%2f..%2fkeys.json', 'Qm', '../keys.json', `Qm${'1'.repeat(44)}`]) {
      expect((await fetch(`${server.url}/ipfs/${name}`)).status).toBe(404);
    }
  });
});
