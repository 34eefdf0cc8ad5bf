import { findCalendarDay } from '../../domain/calendar/index.ts';
import {
  assessUscc,
  detectPersonNumber,
  looksLikePersonName,
  REDACTED,
  redactText,
} from '../../domain/subject/index.ts';

/** Ends of words for what a row says: 许可日期 begins with a surname and is still nobody's name. */
const FIELD_END =
  /(日期|时间|期限|类别|类型|种类|内容|事项|事由|依据|机关|部门|单位|名称|编号|文号|号码|代码|状态|结果|金额|地址|备注|等级|用名|范围|证书|许可证)$/u;
const COMPANY = /(有限|股份).*公司$/u;

/** Whether a word in a header can only be the value of a row, so that the header is missing: a number, a day, a company. */
export function isValueInHeader(column: string): boolean {
  const bare = column.normalize('NFKC').trim().toUpperCase();
  return (
    detectPersonNumber(bare) !== null ||
    redactText(column).hits > 0 ||
    findCalendarDay(bare) !== null ||
    COMPANY.test(bare) ||
    (/^[0-9A-Z]{18}$/.test(bare) && assessUscc(bare, { field: null }).uscc !== null)
  );
}

/** Whether a word in a header may be the value of a row or a person's name; many a good name of a column may, too. */
export function isDoubtfulColumn(column: string): boolean {
  const isNumber = /^[\d\s.,/-]+$/.test(column);
  return isNumber || isValueInHeader(column) || (looksLikePersonName(column) && !FIELD_END.test(column));
}

/**
 * A file's name as it may be kept and told: numbers of persons are taken out, and what is left is made unique again by the
 * beginning of the file's digest.
 */
export function shownFileName(name: string, sha256: string | null): string {
  const { text, hits } = redactText(name);
  if (hits === 0) return name;
  return sha256 === null ? text : text.replace(REDACTED, `${REDACTED}${sha256.slice(0, 8)}`);
}
