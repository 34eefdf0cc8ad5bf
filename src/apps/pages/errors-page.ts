import type { ListedError } from './list-errors.ts';
import { escapeHtml } from './page.ts';

const KINDS = {
  refused: ['输入不被接受：修改后再发', 'the input is not acceptable; change it before you send again'],
  transient: ['暂时性故障：可稍后重试', 'the same call may succeed later'],
  config: ['配置有误：需运维人员修改', 'a person must change a setting; the same call fails again'],
  defect: ['程序缺陷：请报告追踪号', 'the program is wrong: report the trace id'],
} as const;

/** The catalogue for machines, by code. */
export function errorsJson(errors: readonly ListedError[]): object {
  const listed = errors.map(({ code, kind, zh, en, closet }) => ({
    code,
    kind,
    retryable: kind === 'transient',
    zh,
    en,
    closet,
  }));
  return { errors: listed.sort((a, b) => (a.code < b.code ? -1 : 1)) };
}

function rowsOf(errors: readonly ListedError[]): string {
  const met = new Set<string>();
  return errors
    .map(({ code, zh, en, closet }) => {
      const anchor = met.has(code) ? '' : ` id="${escapeHtml(code)}"`;
      met.add(code);
      const meaning = `${escapeHtml(zh)}<br><span class="en" lang="en">${escapeHtml(en)}</span>`;
      return `<tr${anchor}><td><code>${escapeHtml(code)}</code></td><td>${meaning}</td><td><small>${escapeHtml(closet)}</small></td></tr>`;
    })
    .join('\n');
}

/** The catalogue for people: one table a kind, since the kind says what to do; each code is an anchor. */
export function errorsBody(errors: readonly ListedError[]): string {
  const sorted = [...errors].sort((a, b) => (a.code < b.code ? -1 : 1));
  const sections = Object.entries(KINDS).map(([kind, [zh, en]]) => {
    const rows = rowsOf(sorted.filter((it) => it.kind === kind));
    return `<h2 id="${kind}">${zh} <code>${kind}</code></h2><p class="en" lang="en">${en}</p>
<div class="scroll"><table><thead><tr><th>代码 code</th><th>含义 meaning</th><th>出处 where</th></tr></thead><tbody>
${rows}
</tbody></table></div>`;
  });
  const links = Object.keys(KINDS).map((kind) => `<a href="#${kind}"><code>${kind}</code></a>`);
  return `<p>答复中的 <code>extensions.code</code> 是下列代码之一，含义永不改变；能否重试只看类别。
<span class="en" lang="en">A code never changes its meaning; whether to try again follows from its kind alone.
The same as JSON: <code>curl -H 'accept: application/json' …/errors</code></span></p>
<nav>${links.join('')}</nav>
${sections.join('\n')}`;
}
