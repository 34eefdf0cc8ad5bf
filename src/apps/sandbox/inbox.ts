import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCalendarDays, type CalendarDay } from '../../domain/calendar/index.ts';
import { MERGED_AWAY, NAME_BEFORE, SANDBOX } from './organisations.ts';

/** A row as a department exports it: text by column. */
type Row = Readonly<Record<string, string>>;
type Subject = {
  readonly uscc: string;
  readonly name: string;
  readonly formerName?: string;
  readonly formerUscc?: string;
};

/** Connectors of the sandbox, in the order in which they are run. */
export const SANDBOX_CONNECTORS = ['sandbox-penalty', 'sandbox-licence', 'sandbox-grade'] as const;

function penalty(id: number, subject: Subject, day: CalendarDay, changes: Row = {}): Row {
  return {
    CF_ID: `C${id}`,
    CF_XDR_MC: subject.name,
    CF_XDR_SHXYM: subject.uscc,
    CF_XDR_LB: '法人及非法人组织',
    YMC: subject.formerName ?? '',
    YSHXYDM: subject.formerUscc ?? '',
    CF_WSH: `测监罚字〔${day.slice(0, 4)}〕${id}号`,
    CF_WFXW: '未按规定公示信息',
    CF_SY: '测试数据：未按规定公示年度报告。',
    CF_YJ: '企业信息公示暂行条例第十八条',
    CF_CFLB: '罚款',
    CF_NR: '测试数据：处以罚款。',
    CF_NR_FK: '1.20',
    CF_JDRQ: day,
    CF_YXQ: addCalendarDays(day, 365),
    CF_CFJG: '测试监管机关',
    CF_CFJGDM: '11370306QQQQ700892',
    SFCX: '0',
    ...changes,
  };
}

function licence(id: number, subject: Subject, day: CalendarDay, category: string): Row {
  return {
    XK_ID: `X${id}`,
    XK_XDR_MC: subject.name,
    XK_XDR_SHXYM: subject.uscc,
    XK_XDR_LB: category,
    YMC: subject.formerName ?? '',
    YSHXYDM: subject.formerUscc ?? '',
    XK_XKWS: '准予食品经营许可决定书',
    XK_WSH: `测审许字〔${day.slice(0, 4)}〕${id}号`,
    XK_XKLB: '普通',
    XK_NR: '测试数据：准予从事食品经营',
    XK_JDRQ: day,
    XK_YXQZ: day,
    XK_YXQZI: '2099-12-31',
    XK_XKJG: '测试审批机关',
    XK_XKJGDM: '11370306QQQQ70097W',
    XK_ZT: '1',
    SFCX: '0',
  };
}

function grade(subject: Subject, day: CalendarDay): Row {
  return {
    ID: 'G1',
    TYSHXYDM: subject.uscc,
    JGQC: subject.name,
    PDMC: '纳税信用级别',
    PDND: String(Number(day.slice(0, 4)) - 1),
    PDJG: 'A级',
    PDRQ: day,
    YXQZ: addCalendarDays(day, 365),
    PDJGMC: '测试税务机关',
    PDYJ: '纳税信用管理办法（试行）',
  };
}

const COMPANY = '法人及非法人组织';

/** What the departments export on the first day, before anything was corrected, withdrawn, renamed or merged. */
function firstExport(day: CalendarDay): Record<(typeof SANDBOX_CONNECTORS)[number], Row[]> {
  const { clean, penalised, corrected, withdrawn, renamed, soleTrader } = SANDBOX;
  return {
    'sandbox-penalty': [
      penalty(1, penalised, day),
      penalty(2, corrected, day, { CF_NR_FK: '2.00' }),
      penalty(3, withdrawn, day),
      penalty(4, MERGED_AWAY, day),
    ],
    'sandbox-licence': [
      licence(1, clean, day, COMPANY),
      licence(2, { ...renamed, name: NAME_BEFORE }, day, COMPANY),
      licence(3, soleTrader, day, '个体工商户'),
    ],
    'sandbox-grade': [grade(clean, day)],
  };
}

/** The same departments later. */
function laterExport(day: CalendarDay): ReturnType<typeof firstExport> {
  const { clean, penalised, corrected, withdrawn, renamed, merged, soleTrader } = SANDBOX;
  return {
    'sandbox-penalty': [
      penalty(1, penalised, day),
      penalty(2, corrected, day, { CF_NR_FK: '0.50' }),
      penalty(3, withdrawn, day, { SFCX: '1' }),
      penalty(4, MERGED_AWAY, day),
      penalty(5, { ...merged, formerUscc: MERGED_AWAY.uscc }, day),
    ],
    'sandbox-licence': [
      licence(1, clean, day, COMPANY),
      licence(2, { ...renamed, formerName: NAME_BEFORE }, day, COMPANY),
      licence(3, soleTrader, day, '个体工商户'),
      licence(4, { ...merged, formerUscc: MERGED_AWAY.uscc }, day, COMPANY),
    ],
    'sandbox-grade': [grade(clean, day)],
  };
}

function csvOf(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((it) => row[it] ?? '').join(','));
  return [columns.join(','), ...lines, ''].join('\n');
}

/**
 * Puts one export of each department into its folder, in place of the one before.
 *
 * @param today the decisions are a few days old, so that they are in force whenever the sandbox starts
 */
export function writeExports(inbox: string, today: CalendarDay, later: boolean): void {
  const day = addCalendarDays(today, -3);
  for (const [connector, rows] of Object.entries(later ? laterExport(day) : firstExport(day))) {
    mkdirSync(join(inbox, connector), { recursive: true });
    writeFileSync(join(inbox, connector, 'export.csv'), csvOf(rows));
  }
}
