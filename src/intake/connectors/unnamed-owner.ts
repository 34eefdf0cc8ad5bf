import type { Connector } from '../../contracts/manifests/index.ts';

/** Stands in a drafted manifest until a person writes the department that supplies the rows; a run in its name is refused. */
export const UNNAMED_OWNER: Connector['metadata']['owner'] = {
  name: '请填写部门全称',
  uscc: '11110000QQQQ00005T',
  region: '110000',
};
