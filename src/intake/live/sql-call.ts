import type { LiveSpec, SqlSourceSpec } from '../../contracts/manifests/index.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { openSql, type SqlSource } from '../../infra/sql/index.ts';
import { MAX_LIVE_ROWS, type LiveCall } from './live-call.ts';

/** Asks a database: one statement for all codes of a call, each a bound value. */
export function sqlCall(source: SqlSourceSpec, live: LiveSpec): LiveCall {
  let opened: SqlSource | null = null;
  const open = (): SqlSource =>
    (opened ??= openSql(source.driver, resolveReferences(source.dsn), live.concurrency));
  return {
    async ask(codes, signal) {
      const values = { codes, code: codes[0] ?? '' };
      const { columns, rows } = await open().query(
        { text: live.lookup ?? '', values },
        { timeoutMs: live.timeoutMs, signal, maxRows: MAX_LIVE_ROWS },
      );
      return { columns, rows: rows.map((row) => row.map((it) => it ?? '')), malformed: 0 };
    },
    async close() {
      await opened?.close();
      opened = null;
    },
  };
}
