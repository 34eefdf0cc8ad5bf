import type { PersonField } from './field-spec.ts';

/** A source column that is about a person, and what is done with it. */
export type PersonFieldAlias = { readonly column: string; readonly treatment: PersonField };

/** A natural person as counterpart: a value in one of these refuses the row. */
const REFUSED =
  'XK_XDR_ZJHM XK_XDR_ZJLX CF_XDR_ZJHM CF_XDR_ZJLX XK_XDR_SFZ CF_XDR_SFZ XK_XDR_SFZH CF_XDR_SFZH XDR_ZJHM XDR_ZJLX ' +
  'XDR_SFZ XDR_SFZH ZRR_ZJHM ZRR_ZJLX ZRR_XM ZRRXM ZRR SFZ SFZH SFZHM SFZHM18 SFZJH SFZJHM SFZJLX GMSFHM GMSFZH ' +
  'JMSFZH ZJHM ZJLX ZJH HZHM ID_CARD IDCARD ID_NO IDNO ID_NUMBER PASSPORT_NO SHENFENZHENG SHENFENZHENGHAO ' +
  '身份证 身份证号 身份证号码 居民身份证 居民身份证号 居民身份证号码 公民身份号码 公民身份证号 公民身份证号码 ' +
  '自然人姓名 自然人证件类型 自然人证件号码 自然人身份证号 证件号 证件号码 证件类型 护照号 护照号码 姓名';

/** Papers of a representative or staff, contact and private data: dropped at the door. */
const DROPPED =
  'XK_FR_SFZH XK_FR_SFZ XK_FR_ZJHM XK_FR_ZJLX CF_FR_SFZH CF_FR_SFZ CF_FR_ZJHM CF_FR_ZJLX FR_SFZH FR_SFZ FR_ZJHM ' +
  'FR_ZJLX FRDB_SFZH FRDB_ZJHM FRDB_ZJLX FRSFZH FRSFZ FRZJHM FRZJLX FDDBR_SFZH FDDBR_ZJHM FDDBR_ZJLX FDDBRSFZH ' +
  'FDDBRSFZ FDDBRZJHM FDDBRZJLX FDDBRZJH FDDBRDH JYZ_SFZH JYZ_ZJHM JYZSFZH FZR_SFZH FZR_ZJHM FZRSFZH JBR JBRXM ' +
  'JBR_SFZH JBRSFZH JBRDH ZFRY ZFRYXM LXR LXRXM LXDH LXRDH SJH SJHM YDDH DZYX EMAIL JTZZ JTDZ CSRQ CSNY ' +
  'ZJXY JKZK 法定代表人身份证 法定代表人身份证号 法定代表人身份证号码 法定代表人证件类型 法定代表人证件号码 ' +
  '法定代表人证件号 法人身份证 法人身份证号 法人身份证号码 法人证件类型 法人证件号码 负责人身份证号 ' +
  '负责人身份证号码 负责人证件号码 经营者身份证号 经营者身份证号码 经营者证件号码 经办人 经办人姓名 ' +
  '经办人身份证号 执法人员 执法人员姓名 联系人 联系人姓名 联系电话 联系人电话 手机 手机号 手机号码 移动电话 ' +
  '电子邮箱 邮箱 家庭住址 家庭地址 住址 出生日期 出生年月 性别 民族 宗教信仰 健康状况';

/** A representative's name: kept as `张*`. */
const MASKED =
  'XK_FRDB CF_FRDB XK_FDDB CF_FDDB XK_FDDBR CF_FDDBR FRDB FRDBXM FDDB FDDBR FDDBRXM FDDBR_XM FR_XM FRXM FZR FZRXM ' +
  'JYZ JYZXM 法定代表人 法定代表人姓名 法人代表 法人代表姓名 法人姓名 负责人 负责人姓名 经营者 经营者姓名';

const entries = (columns: string, treatment: PersonField): PersonFieldAlias[] =>
  columns.split(' ').map((column) => ({ column, treatment }));

/** Source columns known to be about persons; compared without regard to case, width and separators. */
export const PERSON_FIELD_ALIASES: readonly PersonFieldAlias[] = [
  ...entries(REFUSED, 'refuse'),
  ...entries(DROPPED, 'drop'),
  ...entries(MASKED, 'mask'),
];

function columnKey(column: string): string {
  return column
    .normalize('NFKC')
    .toUpperCase()
    .replace(/\(.*?\)/gu, '')
    .replace(/[\s_\-.:*"'`]/gu, '');
}

const TREATMENTS: ReadonlyMap<string, PersonField> = new Map(
  PERSON_FIELD_ALIASES.map((it) => [columnKey(it.column), it.treatment]),
);

/** Columns with other prefixes, such as `AJ_DSR_ZJHM` or 当事人身份证件号码. */
const REPRESENTATIVE =
  /(?:^|[A-Z])(?:FR|FRDB|FDDBR?|FZR|JYZ|JBR|LXR)(?=(?:SFZ|ZJ))|法定代表人|法人|负责人|经营者|经办人|联系人/u;
const PERSON_PAPER =
  /(?:SFZ|SFZH|SFZHM|SFZJH|SFZJHM|SFZJLX|GMSFHM|ZJHM|ZJLX)$|身份证|身份号码|(?:自然人|当事人|个人)证件|护照号/u;

/**
 * What is done with a source column that is about a person, or null for any other column.
 * `refuse`: a value in it means that the row is about a natural person; `drop`: never read; `mask`: kept as `张*`.
 *
 * @param column as the source writes it
 */
export function personFieldOf(column: string): PersonField | null {
  const key = columnKey(column);
  const known = TREATMENTS.get(key);
  if (known !== undefined) return known;
  if (!PERSON_PAPER.test(key)) return null;
  return REPRESENTATIVE.test(key) ? 'drop' : 'refuse';
}
