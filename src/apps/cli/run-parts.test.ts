import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { RunReceipt } from '../../intake/pipeline/index.ts';
import { exitCodeOf, progressPrinter } from './run-parts.ts';

const receipt = (changes: Partial<RunReceipt>): RunReceipt => ({
  ...({ state: 'DONE', faults: [], gates: [], quarantined: 0, refused: 0 } as unknown as RunReceipt),
  ...changes,
});
const stop = { gate: 'rejectRate', verdict: 'stop' } as unknown as RunReceipt['gates'][number];
const fault = { code: 'FILE_TRUNCATED', message: '' };

describe('the exit code of runs', () => {
  it('tells the worst of them: 1 before 3, 3 before 2, 2 before 0', () => {
    const partly = receipt({ quarantined: 1 });
    const stopped = receipt({ state: 'STOPPED', quarantined: 1, gates: [stop] });
    const failed = receipt({ state: 'STOPPED', gates: [stop], faults: [fault] });
    expect(
      [[failed, stopped], [stopped, partly], [partly, receipt({})], [receipt({})]].map(exitCodeOf),
    ).toEqual([1, 3, 2, 0]);
  });

  it('is that of the gates where a run was dry, and of the rows where a person let a stopped one go on', () => {
    const dry = receipt({ state: 'DRY', gates: [stop] });
    const released = receipt({ state: 'RELEASED', refused: 1, gates: [stop] });
    expect([exitCodeOf([dry]), exitCodeOf([released])]).toEqual([3, 2]);
  });
});

describe('progress', () => {
  const isTerminal = process.stderr.isTTY;
  const said: string[] = [];
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  afterEach(() => {
    said.length = 0;
    process.stderr.isTTY = isTerminal;
  });

  it('is said on a terminal alone, on one line that is cleared, and as JSON where that is asked for', () => {
    process.stderr.isTTY = false;
    for (const mode of ['auto', 'none'] as const) {
      const quiet = progressPrinter(mode, 'zc-penalty');
      quiet.note(500);
      quiet.end();
    }
    expect(said).toEqual([]);
    progressPrinter('json', 'zc-penalty').note(500);
    process.stderr.isTTY = true;
    const shown = progressPrinter('auto', 'zc-penalty');
    shown.note(500);
    shown.end();
    expect(said).toEqual([
      '{"progress":{"connector":"zc-penalty","read":500}}\n',
      '\rzc-penalty: 500 rows ',
      '\r\u001B[K',
    ]);
    write.mockRestore();
  });
});
