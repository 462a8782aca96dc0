import { describe, expect, it } from 'vitest';
import { effectiveArgs } from '../../../../app/jobs/definition/effective.ts';
import type { EffectiveArgs } from '../../../../app/jobs/definition/effective.ts';
import { interpolate } from '../../../../app/jobs/definition/interpolate.ts';
import { job, run, valid } from './samples.ts';

/** The first operation's effective arguments, the way a runner gets them. */
function effective(args: object, global?: object): EffectiveArgs {
  const definition = valid(job([run('main', args)], global === undefined ? {} : { global }));
  const [operation] = definition.ops;
  if (operation === undefined) throw new Error('the test needs an operation');
  const resolved = interpolate(operation, { operations: new Map(), global: {} });
  if (!resolved.ok || resolved.type !== 'container/run')
    throw new Error('the test needs a container');
  return effectiveArgs(resolved.args, definition.global, 'job1');
}

describe('what a container is started with', () => {
  it('is the image’s own choice where the definition says nothing', () => {
    expect(effective({})).toEqual({
      image: 'alpine',
      command: null,
      entrypoint: null,
      env: { NOSANA_ID: 'job1' },
      workDir: null,
      gpu: false,
      volumes: [],
      aliases: [],
      ports: [],
      isPrivate: false,
      restartPolicy: 'no',
      resources: [],
      authentication: null,
    });
  });

  it('is what "global" says where the operation says nothing', () => {
    const global = { image: 'debian', gpu: true, entrypoint: ['/bin/sh'], work_dir: '/srv' };
    expect(effective({ image: '', entrypoint: '', work_dir: '' }, global)).toMatchObject({
      image: 'debian',
      gpu: true,
      entrypoint: ['/bin/sh'],
      workDir: '/srv',
    });
  });

  it('is what the operation says where both speak', () => {
    const global = { image: 'debian', entrypoint: 'g', work_dir: '/g' };
    expect(effective({ entrypoint: ['own'], work_dir: '/own' }, global)).toMatchObject({
      image: 'alpine',
      entrypoint: ['own'],
      workDir: '/own',
    });
  });

  it('has the card when either of the two asks for it', () => {
    expect(effective({ gpu: true }).gpu).toBe(true);
    expect(effective({ gpu: false }, { gpu: true }).gpu).toBe(true);
    expect(effective({ gpu: true }, { gpu: false }).gpu).toBe(true);
    expect(effective({}, { gpu: false }).gpu).toBe(false);
  });

  it('has variables of "global", then its own, then the job’s id, the last one winning', () => {
    const env = { A: 'own', NOSANA_ID: 'forged' };
    expect(effective({ env }, { env: { A: 'global', B: 'global', NOSANA_ID: 'x' } }).env).toEqual({
      A: 'own',
      B: 'global',
      NOSANA_ID: 'job1',
    });
  });

  it('hands a line to the shell and a list to the program as it is', () => {
    expect(effective({ cmd: 'echo "a b" | wc' }).command).toEqual([
      '/bin/sh',
      '-c',
      'echo "a b" | wc',
    ]);
    expect(effective({ cmd: '' }).command).toEqual(['/bin/sh', '-c', '']);
    expect(effective({ cmd: ['echo', 'a b', ''] }).command).toEqual(['echo', 'a b', '']);
    expect(effective({ cmd: [] }).command).toEqual([]);
  });

  it('takes an entrypoint text as the name of a program', () => {
    expect(effective({ entrypoint: '/opt/my program' }).entrypoint).toEqual(['/opt/my program']);
    expect(effective({ entrypoint: '' }).entrypoint).toBeNull();
    expect(effective({ entrypoint: [] }, { entrypoint: 'g' }).entrypoint).toEqual([]);
  });

  it('has its network names one by one, however they are written', () => {
    expect(effective({ aliases: 'api, db' }).aliases).toEqual(['api', 'db']);
    expect(effective({ aliases: ['api', 'db'] }).aliases).toEqual(['api', 'db']);
    expect(effective({ aliases: '' }).aliases).toEqual([]);
  });

  it('has its ports in one form, however they are written', () => {
    expect(effective({ expose: 80 }).ports).toEqual([{ port: 80 }]);
    expect(effective({ expose: { port: 80, type: 'web' } }).ports).toEqual([
      { port: 80, type: 'web' },
    ]);
    expect(effective({ expose: [80, { port: 81 }] }).ports).toEqual([{ port: 80 }, { port: 81 }]);
  });

  it('carries the rest over as it is', () => {
    const args = {
      volumes: [{ name: 'v', dest: '/v' }],
      private: true,
      restart_policy: { policy: 'on-failure', restart_tries: 2 },
      resources: [{ type: 'Ollama', model: 'm' }],
      authentication: { docker: { username: 'u', password: 'p' } },
    };
    expect(effective(args)).toMatchObject({
      volumes: args.volumes,
      isPrivate: true,
      restartPolicy: args.restart_policy,
      resources: args.resources,
      authentication: args.authentication.docker,
    });
  });
});
