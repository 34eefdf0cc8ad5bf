import { describe, expect, it } from '@jest/globals';
import { Evaluator, parseExpression } from './index.ts';

const all = (texts: readonly string[]): number[] => texts.map((_, place) => place);
const evaluate = (texts: readonly string[], inputs: readonly object[]) =>
  new Evaluator(texts).evaluate(inputs, all(texts), { today: '2026-11-21' });

describe('an expression', () => {
  it('that is none says where it is wrong', () => {
    expect(parseExpression('a <= ').fault).toMatch(/character/);
    expect(parseExpression('`XK_YXQ = 1').fault).not.toBeNull();
  });

  it('names what it reads of the input and what it uses, whatever stands in between', () => {
    expect(parseExpression('$contains(XK_NR, /x/) ? subject.uscc : $today & 列名')).toEqual({
      fault: null,
      names: expect.arrayContaining(['XK_NR', 'subject', '列名']),
      variables: expect.arrayContaining(['contains', 'today']),
    });
    const named = parseExpression('a.b[c = $d].e');
    expect(named).toMatchObject({ names: expect.arrayContaining(['a', 'c']), variables: ['d'] });
    expect(named).not.toMatchObject({ names: expect.arrayContaining(['b']) });
  });
});

describe('evaluating', () => {
  it('marks what fails on one row alone, and goes on', async () => {
    const found = await evaluate(['$number(a) + 1', 'a'], [{ a: 'x' }, { a: '2' }]);
    expect(found).toEqual([
      [{ fault: 'FAILED' }, { value: 'x' }],
      [{ value: 3 }, { value: '2' }],
    ]);
  });

  it('gives nothing where the row says nothing, and binds the day', async () => {
    expect(await evaluate(['b < "2"', '$today'], [{ a: '1' }])).toEqual([
      [{ value: undefined }, { value: '2026-11-21' }],
    ]);
  });

  it('ends a recursion without end at its limit', async () => {
    const found = await evaluate(['($f := function($n) { 1 + $f($n) }; $f(1))', '1'], [{}]);
    expect(found).toEqual([[{ fault: 'LIMIT' }, { value: 1 }]]);
  });

  it('ends the thread where a regular expression never comes back, and judges the other rows', async () => {
    const texts = ['$contains(a, /^(x+x+)+y$/)', 'a'];
    const found = await evaluate(texts, [{ a: 'y' }, { a: 'x'.repeat(40) }, { a: 'xxy' }]);
    expect(found.map((it) => it[0])).toEqual([{ value: false }, { fault: 'LIMIT' }, { value: true }]);
    expect(found.map((it) => it[1])).toEqual([{ value: 'y' }, { value: 'x'.repeat(40) }, { value: 'xxy' }]);
  });

  it('ends a thread that takes more memory than it may', async () => {
    const found = await evaluate(
      ['$join([1..90000].$string($) ~> $map(function($s){$pad($s, 20000)}))'],
      [{}, {}],
    );
    expect(found).toEqual([[{ fault: 'LIMIT' }], [{ fault: 'LIMIT' }]]);
  });

  it('gives up expressions that end their thread again and again', async () => {
    const evaluator = new Evaluator(['$contains(a, /^(x+x+)+y$/)'], 1);
    const inputs = Array.from({ length: 3 }, () => ({ a: 'x'.repeat(40) }));
    await expect(evaluator.evaluate(inputs, [0], {})).rejects.toMatchObject({ code: 'EXPRESSION_TOO_SLOW' });
  });
});
