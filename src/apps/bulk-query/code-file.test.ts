import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCodes, surveyCodes, type GoodCode, type RefusedLine } from './code-file.ts';

const A = '91370306QQQQ7002XH';
const B = '91370306QQQQ70038H';
const PERSON = '370306194910010002';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-codes-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function read(
  text: string | Buffer,
  column: string | null = null,
): Promise<(GoodCode | RefusedLine)[]> {
  const path = join(folder, 'codes.csv');
  writeFileSync(path, text);
  const all: (GoodCode | RefusedLine)[] = [];
  for await (const it of readCodes({ path, column })) all.push(it);
  return all;
}

describe('a file of codes', () => {
  it.each(['is not there', 'lacks the named column'])('is refused when it %s', async (why) => {
    const path = join(folder, why === 'is not there' ? 'none.csv' : 'other.csv');
    if (why !== 'is not there') writeFileSync(path, `name,uscc\n测试,${A}\n`);
    await expect(surveyCodes({ path, column: 'nothing' })).rejects.toMatchObject({
      code: 'CODES_UNREADABLE',
    });
  });

  it('is judged line by line, and no refused value is kept, least of all a number like a person’s', async () => {
    const found = await read(`uscc\n${A}\n${PERSON}\n91370306QQQQ7002XA\n370306000000012\n\n${B}\n`);
    expect(found.map((it) => [it.line, it.refused?.rule ?? it.code])).toEqual([
      [2, A],
      [3, 'NATURAL_PERSON_SUBJECT'],
      [4, expect.stringMatching(/^BAD_USCC/)],
      [5, expect.any(String)],
      [7, B],
    ]);
    expect(JSON.stringify(found)).not.toContain(PERSON);
    expect(JSON.stringify(found)).not.toContain('91370306QQQQ7002XA');
  });

  it.each([
    ['without a header', `${A}\n${B}\n`],
    ['with a byte order mark and line ends of Windows', `\uFEFFuscc\r\n${A}\r\n${B}\r\n`],
    ['with semicolons and the column elsewhere', `名称;统一社会信用代码\n甲;${A}\n乙;${B}\n`],
    ['with a header of an unusual name', `counterparty\n${A}\n${B}\n`],
    ['in lower case and full width', `uscc\n${A.toLowerCase()}\n${B.replace('9', '９')}\n`],
  ])('is read %s', async (_how, text) => {
    expect((await read(text)).map((it) => it.code)).toEqual([A, B]);
  });

  it('is read by a named column', async () => {
    expect((await read(`uscc,other\n${A},${B}\n`, 'OTHER')).map((it) => it.code)).toEqual([B]);
  });

  it('is surveyed with counts and a digest', async () => {
    const path = join(folder, 'survey.csv');
    writeFileSync(path, `${A}\n${PERSON}\n`);
    const survey = await surveyCodes({ path, column: null });
    expect([survey.good, survey.refused, survey.sha256.length]).toEqual([1, 1, 64]);
  });
});
