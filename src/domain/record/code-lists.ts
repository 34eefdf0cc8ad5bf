/** A word that sources write and the code it stands for. */
export type CodeWord<Code extends string> = { readonly zh: string; readonly code: Code };

/** Penalty categories, CF_CFLB. @see 行政处罚法 (2021), article 9; domain standard of double publication */
export const PENALTY_CATEGORIES = [
  { zh: '警告', code: 'WARNING' },
  { zh: '通报批评', code: 'CIRCULATED_CRITICISM' },
  { zh: '罚款', code: 'FINE' },
  { zh: '没收违法所得、没收非法财物', code: 'CONFISCATION' },
  { zh: '没收违法所得', code: 'CONFISCATION' },
  { zh: '没收非法财物', code: 'CONFISCATION' },
  { zh: '暂扣许可证、执照', code: 'SUSPEND_LICENCE' },
  { zh: '暂扣许可证', code: 'SUSPEND_LICENCE' },
  { zh: '暂扣或者吊销许可证、执照', code: 'SUSPEND_LICENCE' },
  { zh: '降低资质等级', code: 'LOWER_GRADE' },
  { zh: '吊销许可证、执照', code: 'REVOKE_LICENCE' },
  { zh: '吊销许可证', code: 'REVOKE_LICENCE' },
  { zh: '限制开展生产经营活动', code: 'RESTRICT_BUSINESS' },
  { zh: '责令停产停业', code: 'STOP_PRODUCTION' },
  { zh: '责令关闭', code: 'CLOSE' },
  { zh: '其他', code: 'OTHER' },
] as const satisfies readonly CodeWord<string>[];
/** Code of a penalty category. */
export type PenaltyCategory = (typeof PENALTY_CATEGORIES)[number]['code'];

/** Penalties that can only be imposed on a person: a row with one of them is refused. */
export const REFUSED_MEASURES = [
  '行政拘留',
  '限制从业',
  '拘留',
  '职业禁入',
  '终身禁业',
  '限期出境',
  '驱逐出境',
] as const;

/** Licence categories, XK_XKLB. */
export const LICENCE_CATEGORIES = [
  { zh: '普通', code: 'ORDINARY' },
  { zh: '普通许可', code: 'ORDINARY' },
  { zh: '特许', code: 'FRANCHISE' },
  { zh: '认可', code: 'RECOGNITION' },
  { zh: '核准', code: 'APPROVAL' },
  { zh: '登记', code: 'REGISTRATION' },
  { zh: '其他', code: 'OTHER' },
] as const satisfies readonly CodeWord<string>[];
/** Code of a licence category. */
export type LicenceCategory = (typeof LICENCE_CATEGORIES)[number]['code'];

/** Present state of a licence, XK_ZT: "1" was seen in a published sample, "2" is assumed. */
export const LICENCE_STATUSES = [
  { zh: '1', code: 'VALID' },
  { zh: '有效', code: 'VALID' },
  { zh: '2', code: 'INVALID' },
  { zh: '无效', code: 'INVALID' },
] as const satisfies readonly CodeWord<string>[];
/** Code of a licence's present state. */
export type LicenceStatus = (typeof LICENCE_STATUSES)[number]['code'];

/** Kinds of list: red, black, and the internal watch list, which is never published as black. */
export const LIST_KINDS = [
  { zh: '红名单', code: 'RED' },
  { zh: '黑名单', code: 'BLACK' },
  { zh: '严重失信主体名单', code: 'BLACK' },
  { zh: '重点关注名单', code: 'WATCH' },
] as const satisfies readonly CodeWord<string>[];
/** Code of a list kind. */
export type ListKind = (typeof LIST_KINDS)[number]['code'];

/** Level of the body that commends or recognises, RYDJ. */
export const LEVELS = [
  { zh: '国家级', code: 'STATE' },
  { zh: '省级', code: 'PROVINCE' },
  { zh: '市级', code: 'CITY' },
  { zh: '县级', code: 'COUNTY' },
  { zh: '区级', code: 'COUNTY' },
] as const satisfies readonly CodeWord<string>[];
/** Code of a level. */
export type Level = (typeof LEVELS)[number]['code'];

/** The code a source's word stands for, or null when the list does not hold it. */
export function findCode<Code extends string>(list: readonly CodeWord<Code>[], word: string): Code | null {
  const bare = word.trim();
  return list.find((it) => it.zh === bare)?.code ?? null;
}

/** Whether a penalty can only be imposed on a person (行政拘留, 限制从业 …). */
export function isRefusedMeasure(word: string): boolean {
  const bare = word.trim();
  return REFUSED_MEASURES.some((it) => bare.includes(it));
}
