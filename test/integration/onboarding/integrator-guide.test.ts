import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { walkIntegratorGuide, type Ran } from '../../support/guide.ts';

/** Programs and stores are started by this guide, on a machine that may be busy. */
jest.setTimeout(300_000);

/** What a reader sees after each block, and its exit code where it is not 0; every block stands here. */
const SEEN: readonly (readonly [block: RegExp, exit: number, seen: readonly RegExp[]])[] = [
  [/bootstrap/, 0, [/^\d+\.\d+\.\d+$/m]],
  [/iconv/, 0, []],
  [/xinqiao init/, 0, [/administrative_licence@1/, /✗ documentName/, /of 30 rows: 0 would be accepted/]],
  [/XK_XKWS/, 0, []],
  [/test zc-permits --update/, 0, [/^✓ zc-permits\n✓ zc-permits\n {2}✓ samples: 3 as expected$/m]],
  [
    /xinqiao preview/,
    2,
    [/row 4: accepted/, /DAMAGED_CODE/, /BAD_DATE/, /NATURAL_PERSON_SUBJECT/, /not checked/],
  ],
  [/--dry/, 2, [/ DRY$/m, /accepted 0 .*quarantined 3 \+ refused 1 \+ staged 26$/m]],
  [/^xinqiao run zc-permits$/m, 2, [/ DONE$/m, /read 30 = accepted 26 \+ unchanged 0 \+ quarantined 3/]],
  [/nothing twice/, 2, [/read 30 = accepted 0 \+ unchanged 29 \+ quarantined 0 \+ refused 1/]],
  [/^xinqiao run list/m, 0, [/DONE {2}0\/30\n.*DONE {2}26\/30\n$/]],
  [/^xinqiao quarantine list zc-permits$/m, 0, [/DAMAGED_CODE/, /BAD_DATE[\s\S]*BAD_DATE/]],
  [/quarantine export/, 0, [/3 行/]],
  [/quarantine resubmit/, 0, [/read 2 = accepted 2/, /未处置 1 行/]],
  [/xinqiao replay "\$RUN"$/m, 2, [/\+ row 7 is sound now \(was BAD_DATE\)/, / DRY$/m]],
  [/replay "\$RUN" --apply/, 2, [/accepted 1 = created 1/, / DONE$/m]],
  [/nothing waits/, 0, [/^$/]],
  [/schedules list/, 0, [/^zc-permits {2}0 2 \* \* \* Asia\/Shanghai {2}20\d\d-/m]],
];

let folder: string;
const walked: Ran[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-integrator-'));
  for await (const ran of walkIntegratorGuide(folder)) walked.push(ran);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the guide for integrators', () => {
  it('says of each block what comes of it, and of nothing else', () => {
    for (const { block } of walked) expect(SEEN.filter(([of]) => of.test(block))).toHaveLength(1);
    for (const [of] of SEEN) expect(walked.filter((it) => of.test(it.block))).toHaveLength(1);
  });

  it('works from an empty folder to a schedule, block after block', () => {
    for (const { block, exit, out, err } of walked) {
      const [, expected = 0, seen = []] = SEEN.find(([of]) => of.test(block)) ?? [];
      expect({ block, exit, said: exit === expected ? '' : out + err }).toEqual({
        block,
        exit: expected,
        said: '',
      });
      for (const it of seen) expect(out).toMatch(it);
    }
  });

  it('leaves no value of a person anywhere but in the department’s own file', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((it) => join(folder, it))
      .filter((it) => statSync(it).isFile() && !it.includes(`${folder}/inbox/`));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((it) => it.endsWith('.ts'))).toEqual([]);
    const holding = files.filter((it) => readFileSync(it).includes('370306199001011237'));
    expect(holding).toEqual([]);
    const told = walked.slice(2).map((it) => it.out + it.err);
    expect(told.filter((it) => /370306199001011237|[张李王赵钱孙]测试/.test(it))).toEqual([]);
  });
});
