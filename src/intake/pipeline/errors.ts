/** Errors of the pipeline closet. */
export const PIPELINE_ERRORS = [
  {
    code: 'CONNECTOR_IS_LIVE',
    kind: 'config',
    zh: '实时来源不归集，只在查询时询问',
    en: 'A live source is never collected.',
  },
  { code: 'RUN_TOO_LARGE', kind: 'refused', zh: '单次归集行数过多', en: 'One run holds too many rows.' },
  { code: 'RUN_DOES_NOT_ADD_UP', kind: 'defect', zh: '归集回执对不上数', en: 'A receipt does not add up.' },
  {
    code: 'SHORT_READ',
    kind: 'transient',
    zh: '读到的行数与来源声明的不符',
    en: 'A source gave fewer or more rows than it declares.',
  },
  {
    code: 'CONNECTOR_BUSY',
    kind: 'transient',
    zh: '该连接器正在归集，请稍后再试',
    en: 'Another run of the connector is under way; wait until it ends.',
  },
  {
    code: 'RUN_WAITS',
    kind: 'refused',
    zh: '上一批次被闸门拦下，须先放行或作废',
    en: 'A run of the connector was stopped by a gate; release or discard it first.',
  },
  {
    code: 'RUN_LOST',
    kind: 'transient',
    zh: '归集已由其他进程接手',
    en: 'Another process has taken over the runs of the connector.',
  },
  {
    code: 'RUN_NOT_WAITING',
    kind: 'refused',
    zh: '该批次不在待处理状态',
    en: 'The run does not wait for a decision.',
  },
  {
    code: 'NO_REASON',
    kind: 'config',
    zh: '须写明处理人和理由',
    en: 'A decision on a run needs who decides and why.',
  },
  {
    code: 'RUN_NOT_REVERTIBLE',
    kind: 'refused',
    zh: '该批次没有接收任何记录，无可回退',
    en: 'The run accepted nothing, so that there is nothing to take back.',
  },
  {
    code: 'NOT_LAST_FULL_READ',
    kind: 'refused',
    zh: '只有最近一次全量归集有未见清单',
    en: 'Only the last full read of a connector has a list of missing records.',
  },
  {
    code: 'REPLAY_NO_FILES',
    kind: 'refused',
    zh: '该批次没有读取文件，无法重放',
    en: 'The run read no files, so that nothing can be read again as it was.',
  },
  {
    code: 'REPLAY_FILE_GONE',
    kind: 'refused',
    zh: '该批次的文件已不在原处',
    en: 'A file of the run is not there any more with the same bytes.',
  },
  {
    code: 'RUN_CUT',
    kind: 'transient',
    zh: '进程正在结束，本次归集由下一次接着完成',
    en: 'The process ended in the middle of a run; the next one goes on.',
  },
  {
    code: 'BAD_CURSOR_VALUE',
    kind: 'config',
    zh: '游标值与清单的游标列不符',
    en: 'A cursor that a person wrote does not fit the cursor columns of the manifest.',
  },
  { code: 'UNKNOWN_RUN', kind: 'refused', zh: '没有这个归集批次', en: 'There is no such run.' },
] as const;
