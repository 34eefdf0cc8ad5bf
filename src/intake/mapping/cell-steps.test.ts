import { describe, expect, it } from '@jest/globals';
import type { MappingStep } from '../../contracts/manifests/index.ts';
import { compileSteps, runSteps, stepsOfType } from './cell-steps.ts';

const run = (steps: readonly MappingStep[], text: string, excelSerial = false) =>
  runSteps(compileSteps(steps, excelSerial), text);

describe('steps from cell to value', () => {
  it('names the rule where a day or an amount is none', () => {
    expect(run([{ date: ['yyyy-MM-dd'] }], '2026-02-30').fault).toBe('BAD_DATE');
    expect(run([{ money: '万元' }], '50000元').fault).toBe('BAD_AMOUNT');
    expect(run([{ money: '万元' }], '-1').fault).toBe('BAD_AMOUNT');
  });

  it('reads days in the declared forms, and Excel numbers only where the source is a workbook', () => {
    expect(run([{ date: ['yyyy年M月d日'] }], '2026年1月5日').text).toBe('2026-01-05');
    expect(run([{ date: ['yyyy-MM-dd'] }], '46347', true).text).toBe('2026-11-21');
    expect(run([{ date: ['yyyy-MM-dd'] }], '46347').fault).toBe('BAD_DATE');
  });

  it('turns 元 into 万元 with six places', () => {
    expect(run([{ money: '元' }], '125000').text).toBe('12.500000');
  });

  it('folds full-width letters and digits without touching Chinese brackets in a document number', () => {
    expect(run(['trim', 'halfwidth', 'upper'], '　９１３７ａ〔２０２６〕').text).toBe('9137A〔2026〕');
    expect(run(['normaliseBrackets'], '测试（周村）有限公司').text).toBe('测试(周村)有限公司');
    expect(run(['digits'], '2025年度').text).toBe('2025');
  });

  it('adds what the type of a field asks for where the manifest is silent', () => {
    const field = { name: 'x', type: 'date', zh: '日', en: 'day', required: true, aliases: [] } as const;
    expect(runSteps(stepsOfType({ ...field, aliases: [] }, [], false), '2026/1/5').text).toBe('2026-01-05');
    expect(stepsOfType({ ...field, aliases: [] }, [{ date: ['yyyy'] }], false)).toEqual([]);
  });
});
