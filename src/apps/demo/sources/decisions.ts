import { addCalendarDays, type CalendarDay } from '../../../domain/calendar/index.ts';
import { residentCheckCharacter } from '../../../domain/subject/index.ts';
import type { Organisation } from './organisations.ts';

/** A row as a department's system exports it: text by column. */
export type SourceRow = Record<string, string>;

/** What makes the rows of one source. */
export type RowMaker = {
  readonly organisations: readonly Organisation[];
  readonly random: () => number;
  readonly today: CalendarDay;
  /** Two letters that keep document numbers of departments apart. */
  readonly office: string;
};

/** Share of rows that carry a seeded fault, one in this many. */
const FAULT_EVERY = 40;

const VIOLATIONS = ['未按规定公示信息', '广告内容不实', '计量器具未检定', '占道经营', '消防通道堵塞'];
const KINDS = ['罚款', '警告', '警告、罚款', '罚款、没收违法所得', '责令停产停业'];
const CONTENTS = ['食品经营', '建筑垃圾处置', '公共场所卫生', '城镇燃气经营', '道路货物运输'];

function pick<T>(from: readonly T[], random: () => number): T {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new TypeError('nothing to pick from');
  return found;
}

const slashed = (day: CalendarDay): string => day.replaceAll('-', '/');

/** A number built like a resident's, of nobody: it only serves to be refused. */
function residentNumber(random: () => number): string {
  const first17 = `370306199${Math.floor(random() * 10)}01${String(1 + Math.floor(random() * 28)).padStart(2, '0')}000`;
  return first17 + residentCheckCharacter(first17);
}

/** Columns of one generation that the seeded faults touch. */
export type FaultColumns = {
  readonly code: string;
  readonly category: string | null;
  readonly until: string;
  readonly text: string;
};

type Fault = (row: SourceRow, columns: FaultColumns, random: () => number) => SourceRow;

const FAULTS: readonly Fault[] = [
  (row, { code }) => ({
    ...row,
    [code]: (row[code] ?? '').slice(0, 17) + (row[code]?.endsWith('A') === true ? 'B' : 'A'),
  }),
  (row, { code }) => ({ ...row, [code]: '9.13703E+17' }),
  (row, { until }) => ({ ...row, [until]: '' }),
  (row, { until }) => ({ ...row, [until]: '2026-02-30' }),
  (row, { text }) => ({ ...row, [text]: '' }),
  (row, { code }, random) => ({ ...row, [code]: residentNumber(random) }),
  (row, { category, code }, random) =>
    category === null ? { ...row, [code]: residentNumber(random) } : { ...row, [category]: '自然人' },
];

/** Seeds a fault into every fortieth row, each kind in turn. */
export function seedFault(
  row: SourceRow,
  place: number,
  columns: FaultColumns,
  random: () => number,
): SourceRow {
  if (place % FAULT_EVERY !== FAULT_EVERY - 1) return row;
  const fault = FAULTS[Math.floor(place / FAULT_EVERY) % FAULTS.length];
  return fault === undefined ? row : fault(row, columns, random);
}

function decided({ random, today }: RowMaker): CalendarDay {
  return addCalendarDays(today, -1 - Math.floor(random() * 300));
}

/** Category of a counterpart as the standard words it. */
function categoryOf(organisation: Organisation): string {
  return organisation.uscc.startsWith('92') ? '个体工商户' : '法人及非法人组织';
}

const PENALTY_FAULTS: FaultColumns = {
  code: 'CF_XDR_SHXYM',
  category: 'CF_XDR_LB',
  until: 'CF_YXQ',
  text: 'CF_SY',
};
const LICENCE_FAULTS: FaultColumns = {
  code: 'XK_XDR_SHXYM',
  category: 'XK_XDR_LB',
  until: 'XK_YXQZI',
  text: 'XK_NR',
};
const FRONT_FAULTS: FaultColumns = { code: 'CF_XDR_SHXYM', category: null, until: 'CF_JZRQ', text: 'CF_SY' };

/** One penalty in so many is in force for a month only: most of these have ended, and nobody may publish them. */
const SHORT_EVERY = 50;

/** One penalty with the fields CF_*; fines are in 万元. */
export function penaltyRow(
  maker: RowMaker,
  place: number,
  authority: { name: string; uscc: string },
): SourceRow {
  const { random } = maker;
  const organisation = pick(maker.organisations, random);
  const day = decided(maker);
  const until = slashed(addCalendarDays(day, place % SHORT_EVERY === 7 ? 30 : 365));
  const row: SourceRow = {
    CF_ID: `${maker.office}${place + 1}`,
    CF_XDR_MC: organisation.name,
    CF_XDR_LB: categoryOf(organisation),
    CF_XDR_SHXYM: organisation.uscc,
    CF_FRDB: '张*',
    CF_WSH: `${maker.office}罚字〔${day.slice(0, 4)}〕${place + 1}号`,
    CF_WFXW: pick(VIOLATIONS, random),
    CF_SY: `经查，当事人${pick(VIOLATIONS, random)}，情节轻微。`,
    CF_YJ: '中华人民共和国行政处罚法第九条',
    CF_CFLB: pick(KINDS, random),
    CF_NR: '责令改正，并作出处罚。',
    CF_NR_FK: (Math.floor(random() * 500) / 100).toFixed(2),
    CF_NR_WFFF: '',
    CF_JDRQ: slashed(day),
    CF_YXQ: until,
    CF_GSJZQ: until,
    CF_CFJG: authority.name,
    CF_CFJGDM: authority.uscc,
    SFCX: '0',
    BZ: '',
  };
  return seedFault(row, place, PENALTY_FAULTS, random);
}

/** One licence with the fields XK_*. */
export function licenceRow(
  maker: RowMaker,
  place: number,
  authority: { name: string; uscc: string },
): SourceRow {
  const { random } = maker;
  const organisation = pick(maker.organisations, random);
  const day = decided(maker);
  const content = pick(CONTENTS, random);
  const row: SourceRow = {
    XK_ID: `${maker.office}${place + 1}`,
    XK_XDR_MC: organisation.name,
    XK_XDR_LB: categoryOf(organisation),
    XK_XDR_SHXYM: organisation.uscc,
    XK_FRDB: '李*',
    XK_XKWS: `准予${content}许可决定书`,
    XK_WSH: `${maker.office}许字〔${day.slice(0, 4)}〕${place + 1}号`,
    XK_XKLB: pick(['普通', '核准', '登记', '认可'], random),
    XK_XKZS: `${content}许可证`,
    XK_XKBH: `XK${String(place + 1).padStart(8, '0')}`,
    XK_NR: `准予从事${content}`,
    XK_JDRQ: slashed(day),
    XK_YXQZ: slashed(day),
    XK_YXQZI: place % 5 === 0 ? '2099/12/31' : slashed(addCalendarDays(day, 1_095)),
    XK_XKJG: authority.name,
    XK_XKJGDM: authority.uscc,
    XK_ZT: '1',
    SFCX: '0',
    BZ: '',
  };
  return seedFault(row, place, LICENCE_FAULTS, random);
}

/** One row of the front-exchange table frxzcf, older fields; amounts are in 元. */
export function frontRow(
  maker: RowMaker,
  place: number,
  authority: { name: string; uscc: string },
): SourceRow {
  const { random } = maker;
  const organisation = pick(maker.organisations, random);
  const day = decided(maker);
  const row: SourceRow = {
    CF_XDR: organisation.name,
    CF_XDR_SHXYM: organisation.uscc,
    CF_WSH: `${maker.office}决字〔${day.slice(0, 4)}〕${place + 1}号`,
    CF_CFMC: pick(VIOLATIONS, random),
    CF_SY: `现场检查发现${pick(VIOLATIONS, random)}。`,
    CF_YJ: '城市市容和环境卫生管理条例第三十四条',
    CF_CFLB1: pick(['罚款', '警告', '警告、罚款'], random),
    CF_JG: '处以罚款。',
    CF_JE: String(100 * (1 + Math.floor(random() * 200))),
    CF_JDRQ: day,
    CF_JZRQ: addCalendarDays(day, 365),
    CF_XZJG: authority.name,
    CF_XZJGDM: authority.uscc,
    CF_ZT: '0',
    BZ: '',
  };
  return seedFault(row, place, FRONT_FAULTS, random);
}

/** One grade of the tax authority's list; carried, never judged. */
export function gradeRow(organisation: Organisation, place: number, today: CalendarDay): SourceRow {
  const year = Number(today.slice(0, 4)) - 1;
  return {
    ID: String(place + 1),
    TYSHXYDM: organisation.uscc,
    JGQC: organisation.name,
    PDMC: '纳税信用级别',
    PDND: String(year),
    PDJG: 'A级',
    PDRQ: `${year + 1}-04-20`,
    YXQZ: `${year + 2}-04-19`,
    PDJGMC: '国家税务总局淄博市周村区税务局',
    PDYJ: '纳税信用管理办法（试行）',
  };
}

/** One presale permit of the housing department, asked live. */
export function presaleRow(organisation: Organisation, place: number, today: CalendarDay): SourceRow {
  return {
    ID: String(place + 1),
    shxym: organisation.uscc,
    qymc: organisation.name,
    ysxkzh: `周房预字〔2026〕第${place + 1}号`,
    xmmc: `测试花园${place + 1}期`,
    ysmj: '12000.50',
    fzrq: addCalendarDays(today, -200 + (place % 100)),
    yxqz: addCalendarDays(today, 165 + (place % 100)),
    fzjg: '淄博市周村区住房和城乡建设局',
  };
}
