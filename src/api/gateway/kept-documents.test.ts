import { describe, expect, it } from '@jest/globals';
import { KeptDocuments } from './kept-documents.ts';

const LONG = 32_768;

describe('kept documents', () => {
  it('are bounded by the length of their sources, the oldest gone first', () => {
    const kept = new KeptDocuments<number>();
    for (let place = 0; place < 500; place += 1) kept.keep(String(place), place, LONG);
    expect([kept.size, kept.get('371'), kept.get('372'), kept.get('499')]).toEqual([
      128,
      undefined,
      372,
      499,
    ]);
  });

  it('are bounded by their number', () => {
    const kept = new KeptDocuments<number>();
    for (let place = 0; place < 2_000; place += 1) kept.keep(String(place), place, 10);
    expect([kept.size, kept.get('999'), kept.get('1000')]).toEqual([1_000, undefined, 1_000]);
  });

  it('count once what is kept again, and nothing that was taken away', () => {
    const kept = new KeptDocuments<number>();
    kept.keep('first', 0, LONG);
    for (let times = 0; times < 500; times += 1) kept.keep('again', times, LONG);
    expect([kept.size, kept.get('first'), kept.get('again')]).toEqual([2, 0, 499]);
    kept.delete('again');
    kept.delete('again');
    for (let place = 0; place < 127; place += 1) kept.keep(String(place), place, LONG);
    expect([kept.size, kept.get('first')]).toEqual([128, 0]);
  });
});
