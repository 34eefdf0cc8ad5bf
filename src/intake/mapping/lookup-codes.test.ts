import { describe, expect, it } from '@jest/globals';
import type { CodeList } from '../../registry/catalogue/index.ts';
import { runSteps, compileSteps } from './cell-steps.ts';
import { lookupCodes } from './lookup-codes.ts';

const list: CodeList = {
  id: 'penalty-category@1',
  codes: new Map([
    ['罚款', 'FINE'],
    ['暂扣许可证', 'SUSPEND_LICENCE'],
    ['暂扣许可证、执照', 'SUSPEND_LICENCE'],
    ['没收违法所得', 'CONFISCATION'],
    ['没收非法财物', 'CONFISCATION'],
  ]),
  labels: new Map(),
  aboutPersons: new Set(),
};

const look = (text: string): { codes: readonly string[]; missed: boolean } =>
  lookupCodes(runSteps(compileSteps([{ split: '、，,;；' }], false), text).list ?? [], list);

describe('looking up several words in one cell', () => {
  it('says that a word is not in the list, and keeps those that are', () => {
    expect(look('罚款、点名')).toEqual({ codes: ['FINE'], missed: true });
  });

  it('takes a word that contains a separator as one word', () => {
    expect(look('暂扣许可证、执照')).toEqual({ codes: ['SUSPEND_LICENCE'], missed: false });
    expect(look('罚款；暂扣许可证、执照')).toEqual({ codes: ['FINE', 'SUSPEND_LICENCE'], missed: false });
  });

  it('gives each code once and passes over empty pieces', () => {
    expect(look('没收违法所得、没收非法财物，，罚款、')).toEqual({
      codes: ['CONFISCATION', 'FINE'],
      missed: false,
    });
  });
});
