import { describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';
import { CoverageCollector, coverageOf } from './coverage.ts';
import { fieldError, publicErrorOf } from './graphql-error.ts';

describe('publicErrorOf', () => {
  it('says nothing of what is inside', () => {
    const inner = new Error('connect ECONNREFUSED 10.0.0.1:27017');
    const wrapped = new GraphQLError(inner.message, { originalError: inner, path: ['subject'] });
    const defect = fieldError(new HubError('DEFECT', 'defect', 'at /srv/secret/path.ts:1'));
    const foreign = new GraphQLError('Cannot return null for non-nullable field mongo.internal');
    for (const error of [wrapped, defect, foreign]) {
      const { message, extensions } = publicErrorOf(error, 'trace-1');
      expect(extensions).toEqual({ code: 'INTERNAL', retryable: false, traceId: 'trace-1' });
      expect(message).not.toMatch(/ECONN|secret|mongo/);
    }
  });

  it('keeps the code of a refusal, its limit and its hint, and no other detail', () => {
    const refusal = new HubError('BAD_PAGE', 'refused', 'first is from 1 to 100', {
      details: { limit: 100, hint: 'smaller', address: '10.0.0.1' },
    });
    expect(publicErrorOf(fieldError(refusal), 't').extensions).toEqual({
      code: 'BAD_PAGE',
      retryable: false,
      traceId: 't',
      limit: 100,
      hint: 'smaller',
    });
  });

  it('calls a transient failure retryable without repeating its message', () => {
    const failed = publicErrorOf(
      fieldError(new HubError('HTTP_UNREACHABLE', 'transient', 'host a.internal')),
      't',
    );
    expect(failed.extensions).toMatchObject({ code: 'HTTP_UNREACHABLE', retryable: true });
    expect(failed.message).not.toContain('internal');
  });
});

describe('CoverageCollector', () => {
  it('keeps the worst that came of each source', () => {
    const collector = new CoverageCollector();
    const place = { source: 'a', region: '370000', dataset: 'd' };
    collector.add([coverageOf({ ...place, status: 'ANSWERED' })]);
    collector.add([coverageOf({ ...place, status: 'TIMEOUT' })]);
    collector.add([coverageOf({ ...place, status: 'PARTIAL', withheld: 2 })]);
    expect(collector.list()).toMatchObject([{ status: 'TIMEOUT', withheld: 2 }]);
  });
});
