import { describe, expect, it } from '@jest/globals';
import { residentCheckCharacter } from '../../../src/domain/subject/index.ts';
import {
  COLUMNS,
  csvOf,
  folderOf,
  hostileConnector,
  SOUND,
  takeIn,
  workbookOf,
  type Outcome,
} from './hostile-fixture.ts';

/** A number of nobody: a place that no number was given out for, a day in 1900, and the right check character. */
const first17 = '37030619000101999';
const NUMBER = `${first17}${residentCheckCharacter(first17)}`;
const FORMS: Readonly<Record<string, string>> = {
  plain: NUMBER,
  'full width': Array.from(NUMBER, (it) => String.fromCharCode(it.charCodeAt(0) + 0xfee0)).join(''),
  'with blanks': NUMBER.replace(/(\d{6})(\d{8})/, '$1 $2 '),
  'with characters without width': Array.from(NUMBER).join('\u200B'),
  'behind words': `身份证号${NUMBER}`,
};

/** Every column that holds a code. */
const CODES = {
  'subject.registrationNo': 'zch',
  'subject.orgCode': 'zzjgdm',
  'subject.taxNo': 'swdjh',
  'subject.formerUscc': 'yshxym',
};
const PLACES = ['shxym', 'ysxkzh', ...Object.values(CODES), 'ID'];
const more = { map: CODES, sync: { key: ['ID'] } };
const columns = [...COLUMNS, ...Object.values(CODES), 'ID'];
const rowWith = (place: string, value: string): Record<string, string> => ({
  ...Object.fromEntries(columns.map((it) => [it, SOUND[it] ?? ''])),
  ID: '1',
  [place]: value,
});

type Writer = (row: Record<string, string>) => Promise<string | Buffer> | string | Buffer;
const WRITERS: Readonly<Record<string, Writer>> = {
  csv: (row) => `${columns.join(',')}\n${columns.map((it) => row[it] ?? '').join(',')}\n`,
  json: (row) => JSON.stringify([row]),
  ndjson: (row) => `${JSON.stringify(row)}\n`,
  xml: (row) => `<list><row>${columns.map((it) => `<${it}>${row[it] ?? ''}</${it}>`).join('')}</row></list>`,
  xlsx: (row) => workbookOf([columns, columns.map((it) => row[it] ?? '')]),
};

async function take(format: string, content: string | Buffer): Promise<Outcome> {
  const folder = folderOf({ [`a.${format}`]: content });
  const rows = format === 'xml' ? { rows: 'row' } : {};
  return takeIn(hostileConnector({ type: 'file', folder, path: '*', format, ...rows }, more));
}

/** Digits in a row, whatever stands between them and however wide they are. */
const digitsOf = (text: string): string => text.normalize('NFKC').replaceAll(/[^\dX]/g, '');

describe.each(Object.keys(WRITERS))("a person's number in a file of %s", (format) => {
  it.each(PLACES)(
    'refuses its row in the column %s, in every form, and nothing of it is kept',
    async (place) => {
      for (const [form, value] of Object.entries(FORMS)) {
        const { faults, rows, kept } = await take(
          format,
          (await WRITERS[format]?.(rowWith(place, value))) ?? '',
        );
        const [verdict] = Object.values(rows);
        expect({ form, faults, verdict }).toEqual({
          form,
          faults: [],
          verdict: 'refused NATURAL_PERSON_SUBJECT',
        });
        expect(digitsOf(kept)).not.toContain(NUMBER);
      }
    },
  );
});

describe("a person's number that a spreadsheet took for a quantity", () => {
  it.each(['shxym', ...Object.values(CODES)])('is not kept from the column %s', async (place) => {
    const sheet = [
      columns,
      columns.map((it) => (it === place ? Number(NUMBER) : (rowWith('', '')[it] ?? ''))),
    ];
    const { rows, kept } = await take('xlsx', await workbookOf(sheet));
    expect(Object.values(rows)[0]).toMatch(/^(refused|quarantined)/);
    expect(digitsOf(kept)).not.toContain(NUMBER.slice(0, 14));
  });
});

describe("a person's number where no code belongs", () => {
  it('is in no message of a fault: as a header, as a file that ends early, as a broken text', async () => {
    const broken: readonly (readonly [string, string])[] = [
      ['csv', `${NUMBER},${NUMBER}\n`],
      ['csv', `${csvOf({})}${NUMBER},"${NUMBER}`],
      ['json', `[{"shxym":"${NUMBER}"},{"shxym":${NUMBER}x}]`],
      ['ndjson', `{"shxym":"${NUMBER}`],
      ['xml', `<list><row><shxym>${NUMBER}</row></list>`],
      ['xml', `<n${NUMBER}>`],
    ];
    for (const [format, text] of broken) {
      const { faults, kept } = await take(format, text);
      expect(faults).toHaveLength(1);
      expect(digitsOf(kept)).not.toContain(NUMBER);
    }
  });
});
