import type { SubjectTarget } from '../connectors/index.ts';

/** Columns that mean a fact about the subject, in both generations of the double-publication standard and front tables. */
export const SUBJECT_ALIASES: Readonly<Record<SubjectTarget, readonly string[]>> = {
  'subject.uscc': [
    'CF_XDR_SHXYM',
    'XK_XDR_SHXYM',
    'XDR_SHXYM',
    'CF_SHXYM',
    'XK_SHXYM',
    'SHXYM',
    'TYSHXYDM',
    '统一社会信用代码',
  ],
  'subject.name': [
    'CF_XDR_MC',
    'XK_XDR_MC',
    'XDR_MC',
    'CF_XDR',
    'XK_XDR',
    'JGQC',
    '行政相对人名称',
    '相对人名称',
    '企业名称',
    '单位名称',
  ],
  'subject.category': ['CF_XDR_LB', 'XK_XDR_LB', 'XDR_LB', '行政相对人类别', '相对人类别'],
  'subject.registrationNo': [
    'CF_XDR_GSZC',
    'XK_XDR_GSZC',
    'CF_XDR_GSDJ',
    'XK_XDR_GSDJ',
    'GSZCH',
    '工商注册号',
    '注册号',
  ],
  'subject.orgCode': ['CF_XDR_ZZJG', 'XK_XDR_ZZJG', 'CF_XDR_ZDM', 'XK_XDR_ZDM', 'ZZJGDM', '组织机构代码'],
  // A change of name or code is taken only where a manifest maps it.
  'subject.formerName': [],
  'subject.formerUscc': [],
  'subject.taxNo': ['CF_XDR_SWDJ', 'XK_XDR_SWDJ', 'SWDJH', '税务登记号'],
};
