/** What jobs of these tests need to find the programs of their image. */
export const env = { PATH: '/bin' };

/** The lines that `count` prints. */
export function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);
}

/** A script that prints numbers, slowly enough that hosts come and go meanwhile. */
export function count(from: number, to: number, pause = '0.05'): string {
  return `i=${from}; while [ $i -le ${to} ]; do echo $i; i=$((i+1)); sleep ${pause}; done`;
}
