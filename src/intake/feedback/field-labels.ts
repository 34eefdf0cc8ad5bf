import type { Dataset } from '../../contracts/manifests/index.ts';
import type { SubjectTarget } from '../connectors/index.ts';

const SUBJECT_LABELS: Readonly<Record<SubjectTarget, string>> = {
  'subject.uscc': '统一社会信用代码',
  'subject.name': '行政相对人名称',
  'subject.category': '行政相对人类别',
  'subject.registrationNo': '工商注册号',
  'subject.orgCode': '组织机构代码',
  'subject.taxNo': '税务登记号',
  'subject.formerName': '曾用名称',
  'subject.formerUscc': '原统一社会信用代码',
};

const isSubject = (field: string): field is SubjectTarget => Object.hasOwn(SUBJECT_LABELS, field);

/** What officials call the field of a finding: the dataset's word, or the column itself; empty for the whole row. */
export function labelOf(field: string | null, dataset: Dataset): string {
  if (field === null) return '';
  if (isSubject(field)) return SUBJECT_LABELS[field];
  return dataset.fields.find((it) => it.name === field)?.zh ?? field;
}
