import type { DatasetField } from '../../contracts/manifests/index.ts';
import { addCalendarDays, type CalendarDay } from '../../domain/calendar/index.ts';
import { organisationCodeCheckCharacter, usccCheckCharacter } from '../../domain/subject/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { Draft } from './draft.ts';
import { shareOf, type ColumnProfile } from './profile-columns.ts';

/** A code that no organisation has: its subject part begins with QQQQ. */
export function madeUpCode(region: string, number: number): string {
  const subject = `QQQQ${String(number).padStart(4, '0')}`;
  const first17 = `91${region}${subject}${organisationCodeCheckCharacter(subject)}`;
  return first17 + usccCheckCharacter(first17);
}

const NAMES = ['测试甲有限公司', '测试乙有限公司', '测试丙有限公司'];
const THREE_YEARS = 1_095;

function writtenDay(day: CalendarDay, format = 'yyyy-MM-dd'): string {
  const [yyyy = '', MM = '', dd = ''] = day.split('-');
  const parts: Readonly<Record<string, string>> = {
    yyyy,
    MM,
    dd,
    M: String(Number(MM)),
    d: String(Number(dd)),
  };
  return format.replace(/yyyy|MM|M|dd|d/g, (it) => parts[it] ?? it);
}

type Row = {
  readonly draft: Draft;
  readonly catalogue: Catalogue;
  readonly number: number;
  readonly today: CalendarDay;
};

function textOf(field: DatasetField, { draft, number, today }: Row): string {
  if (field.personField === 'mask') return '张*';
  if (field.name === 'authorityName') return draft.owner.name;
  const text = draft.dataset.identity.includes(field.name)
    ? `测试〔${today.slice(0, 4)}〕${String(number)}号`
    : `测试${field.zh}`;
  return Array.from(text)
    .slice(0, field.maxLength ?? 200)
    .join('');
}

function fieldValue(field: DatasetField, profile: ColumnProfile, row: Row): string {
  const { draft, catalogue, today } = row;
  switch (field.type) {
    case 'uscc':
      return draft.owner.uscc;
    case 'date': {
      const ends = field.name === draft.dataset.expiresOn || field.name.endsWith('Until');
      return writtenDay(ends ? addCalendarDays(today, THREE_YEARS) : today, profile.dayFormats[0]);
    }
    case 'money':
      return '1.5';
    case 'integer':
    case 'boolean':
      return '1';
    case 'code':
    case 'codes': {
      if (field.codeList === undefined) return '';
      const { labels } = catalogue.getCodeList(field.codeList);
      const [first = ''] = labels.values();
      return first;
    }
    case 'text':
      return textOf(field, row);
  }
}

/** The last sample row has a code whose check character is wrong, so that a rejection is seen too. */
function codeOf({ draft, number }: Row, faulty: boolean): string {
  const code = madeUpCode(draft.owner.region, number);
  if (!faulty) return code;
  const right = code.charAt(17);
  return code.slice(0, 17) + (right === '0' ? '1' : '0');
}

function subjectValue(target: string, row: Row, faulty: boolean): string {
  if (target === 'subject.uscc') return codeOf(row, faulty);
  if (target === 'subject.name') return NAMES[row.number - 1] ?? NAMES[0] ?? '';
  return target === 'subject.category' ? '法人及非法人组织' : '';
}

/** Columns that nothing reads show only their shape. */
function otherValue(profile: ColumnProfile, row: Row): string {
  if (profile.person !== null || profile.filled === 0) return '';
  if (profile.column === row.draft.key) return String(row.number);
  if (profile.column === row.draft.changedAt) return `${row.today} 08:00:0${String(row.number)}`;
  if (shareOf(profile, 'flag') > 0) return '0';
  if (shareOf(profile, 'day') > 0) return writtenDay(row.today, profile.dayFormats[0]);
  return shareOf(profile, 'integer', 'decimal') > 0 ? '1' : `测试${profile.column}`;
}

/**
 * Makes three rows in the form of a source, two sound ones and one with a wrong code, out of what the profile says of
 * its columns: no value of the source is among them.
 */
export function synthesiseRows(draft: Draft, catalogue: Catalogue, today: CalendarDay): string[][] {
  const { profiles, guesses, dataset } = draft;
  const byColumn = new Map(guesses.map((it) => [it.profile.column, it.target]));
  return [1, 2, 3].map((number) => {
    const row: Row = { draft, catalogue, number, today };
    return profiles.map((profile) => {
      if (profile.column === draft.key || profile.column === draft.changedAt) return otherValue(profile, row);
      const target = byColumn.get(profile.column);
      if (target === undefined) return otherValue(profile, row);
      const field = dataset.fields.find((it) => it.name === target);
      return field === undefined ? subjectValue(target, row, number === 3) : fieldValue(field, profile, row);
    });
  });
}
