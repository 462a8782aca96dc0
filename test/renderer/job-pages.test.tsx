import { act, renderHook, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { JobSummary } from '../../app/contract/job.ts';
import { noPages, withMore, withNewest } from '../../renderer/host/job-pages.ts';
import { useJobPages } from '../../renderer/host/use-job-pages.ts';
import { aJob } from '../e2e/support/scripted-jobs.ts';
import { listJobs } from '../e2e/support/scripted-list.ts';
import { aHostState } from '../fakes/host/host-state.ts';
import { type FakeHost, fakeHost } from './fake-host.tsx';

function manyJobs(count: number, firstSeed = 1): JobSummary[] {
  return Array.from({ length: count }, (_, index) => aJob(firstSeed + index));
}

const jobs = manyJobs(10);
const page = (from: number, to: number) => ({
  jobs: jobs.slice(from, to),
  next: to < jobs.length ? `after ${to}` : null,
  total: jobs.length,
});

describe('the pages of the list', () => {
  it('follow one another', () => {
    const first = withNewest(noPages, page(0, 4));
    const second = withMore(first, 'after 4', page(4, 10));
    expect(second).toEqual({ jobs, next: null, total: 10 });
  });

  it('do not take a page that no longer fits', () => {
    const first = withNewest(noPages, page(0, 4));
    expect(withMore(first, 'after 2', page(2, 4))).toBe(first);
  });

  it('stay below a newest part that was read again', () => {
    const all = withMore(withNewest(noPages, page(0, 4)), 'after 4', page(4, 8));
    const renewed = {
      ...page(0, 4),
      jobs: jobs.slice(0, 4).map((job) => ({ ...job, title: 'new' })),
    };
    const after = withNewest(all, renewed);
    expect(after.jobs.map((job) => job.run)).toEqual(jobs.slice(0, 8).map((job) => job.run));
    expect(after.jobs.map((job) => job.title === 'new')).toEqual(
      [1, 1, 1, 1, 0, 0, 0, 0].map(Boolean),
    );
    expect(after.next).toBe('after 8');
  });

  it('begin anew when the newest part no longer touches them', () => {
    const old = withNewest(noPages, page(0, 4));
    const others = { jobs: manyJobs(4, 900), next: 'further', total: 14 };
    expect(withNewest(old, others)).toEqual(others);
  });

  it('end where the list ends', () => {
    const all = withMore(withNewest(noPages, page(0, 4)), 'after 4', page(4, 8));
    const whole = { jobs: jobs.slice(0, 3), next: null, total: 3 };
    expect(withNewest(all, whole)).toEqual(whole);
  });
});

describe('the list of jobs', () => {
  function hostWith(list: () => readonly JobSummary[]): FakeHost {
    return fakeHost({
      handlers: { 'jobs.list': (input) => Promise.resolve(listJobs(list(), input)) },
    });
  }
  const revised = (revision: number) => ({
    earnings: { ...aHostState().earnings, revision },
  });

  it('fetches a page once, however often it is asked for', async () => {
    const all = manyJobs(1_000);
    const host = hostWith(() => all);
    const { result } = renderHook(() => useJobPages({}), { wrapper: host.wrapper });
    await waitFor(() => expect(result.current.pages.jobs).toHaveLength(200));
    const before = host.asked.length;
    act(() => {
      for (let n = 0; n < 5; n += 1) result.current.more();
    });
    await waitFor(() => expect(result.current.pages.jobs).toHaveLength(400));
    expect(host.asked.length).toBe(before + 1);
    expect(result.current.pages.jobs).toEqual(all.slice(0, 400));
  });

  it('shows a new job at once and keeps the rows that were loaded', async () => {
    const old = manyJobs(1_000);
    let list: JobSummary[] = old;
    const host = hostWith(() => list);
    const { result } = renderHook(() => useJobPages({}), { wrapper: host.wrapper });
    for (const count of [200, 400, 600, 800]) {
      await waitFor(() => expect(result.current.pages.jobs).toHaveLength(count));
      act(() => result.current.more());
    }
    await waitFor(() => expect(result.current.pages.jobs).toHaveLength(1_000));
    list = [aJob(0), ...old];
    act(() => host.commit(revised(1)));
    await waitFor(() => expect(result.current.pages.jobs).toHaveLength(1_001));
    expect(result.current.pages.jobs).toEqual(list);
    expect(result.current.pages.total).toBe(1_001);
  });

  it('keeps the old rows until those of another query are there', async () => {
    const all = manyJobs(30).map((job, index) => ({ ...job, title: `title ${index}` }));
    const host = hostWith(() => all);
    const { result, rerender } = renderHook(({ search }) => useJobPages({ search }), {
      wrapper: host.wrapper,
      initialProps: { search: '' },
    });
    await waitFor(() => expect(result.current.pages.total).toBe(30));
    const key = result.current.key;
    rerender({ search: 'title 7' });
    expect(result.current.pages.total).toBe(30);
    expect(result.current.key).toBe(key);
    await waitFor(() => expect(result.current.pages.total).toBe(1));
    expect(result.current.key).not.toBe(key);
  });

  it('says when it could not be read', async () => {
    const host = fakeHost();
    const { result } = renderHook(() => useJobPages({}), { wrapper: host.wrapper });
    await waitFor(() => expect(result.current.failure).toContain('nobody answers jobs.list'));
    expect(result.current.pages.total).toBeNull();
  });
});
