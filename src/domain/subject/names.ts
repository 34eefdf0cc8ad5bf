import { COMPOUND_SURNAMES, SURNAMES } from './surnames.data.ts';

/** What stands in front of a person's name in sole traders' registrations, or behind it. */
const PERSON_PREFIX = /^(?:经营者|负责人|法定代表人|业主|个体工商户|个体户|个体)(?:姓名)?\s*[::]?\s*/u;
const PERSON_SUFFIX = /\s*(?:\(个体(?:工商户|户|经营)?\)|个体(?:工商户|户)?|先生|女士)$/u;
/** Endings of businesses: a short name with one of them is a shop's, not a person's. */
const BUSINESS_END =
  /(?:公司|中心|集团|酒家|酒店|宾馆|超市|商场|商行|银行|门诊|诊所|药房|学校|医院|[店厂行部社馆坊铺场站所院会局处库屋阁轩斋堂楼园城队室房摊])$/u;

/**
 * One written form of a name: compatibility forms folded, brackets half width, blanks collapsed (and dropped
 * between Han characters), unseen characters gone.
 */
export function normaliseName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]/g, '')
    .replace(/[〔【[{]/gu, '(')
    .replace(/[〕】\]}]/gu, ')')
    .replace(/\s+/gu, ' ')
    .replace(/(?<=[\p{Script=Han}()]) | (?=[\p{Script=Han}()])/gu, '')
    .trim();
}

/** The masked form of a person's name: the surname and a star, `张*`; an empty text stays empty. */
export function maskName(name: string): string {
  const bare = name.normalize('NFKC').trim();
  if (bare === '') return '';
  const compound = COMPOUND_SURNAMES.find((it) => bare.startsWith(it) && bare.length > it.length);
  return `${compound ?? Array.from(bare)[0] ?? ''}*`;
}

/** Whether a text is a masked name as {@link maskName} writes it, or another form that shows a surname at most. */
export function isMaskedName(text: string): boolean {
  const shown = /^([\p{Script=Han}A-Z]{0,2}?)[*某]{1,3}$/u.exec(text.normalize('NFKC').trim())?.[1];
  return shown !== undefined && (shown.length < 2 || COMPOUND_SURNAMES.includes(shown));
}

function isHanName(text: string): boolean {
  if (/^[\p{Script=Han}]{1,12}(?:[··•・][\p{Script=Han}]{1,12}){1,3}$/u.test(text)) return true;
  const compound = COMPOUND_SURNAMES.some((it) => text.startsWith(it));
  const surname = compound || SURNAMES.has(Array.from(text)[0] ?? '');
  return surname && /^[\p{Script=Han}]{2,4}$/u.test(text) && !BUSINESS_END.test(text);
}

/**
 * Whether a name reads like a person's: two to four Han characters with a common surname, a transcribed name with a
 * middle dot, or what follows 经营者 and the like. Meant for sole traders, where masking too much does no harm.
 */
export function looksLikePersonName(name: string): boolean {
  const bare = normaliseName(name);
  const cut = bare.replace(PERSON_PREFIX, '').replace(PERSON_SUFFIX, '');
  if (isMaskedName(cut)) return true;
  if (isHanName(cut)) return true;
  return cut !== bare && /^[\p{Script=Han}]{2,4}$/u.test(cut) && !BUSINESS_END.test(cut);
}
