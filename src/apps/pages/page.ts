import { createHash } from 'node:crypto';
import type { Response } from 'express';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 0 auto; max-width: 72rem; padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.en, small { color: #667; font-size: .875em; } @media (prefers-color-scheme: dark) { .en, small { color: #99a; } }
.sandbox { background: #fff3cd; border: 1px solid #e0b400; color: #533f03; padding: .5rem .75rem; border-radius: .4rem; }
.state { display: inline-block; padding: .25rem .75rem; border-radius: 1rem; font-weight: 600; color: #fff; }
.ok { background: #1b7f4b; } .degraded { background: #a65b00; } .down { background: #b3261e; }
table { border-collapse: collapse; width: 100%; } table.narrow { width: auto; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere; min-width: 5rem; }
.scroll { overflow-x: auto; } td { font-variant-numeric: tabular-nums; } .sandbox .en { color: inherit; }
code { font-size: .9em; } tr:target { outline: 2px solid #1769aa; } nav a { margin-right: 1rem; } h1 + p { margin: 0 0 1rem; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Lets nothing in but the page's own style: no script, no other origin. */
const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in HTML, in a quoted attribute as well. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (it) => ESCAPES[it] ?? it);
}

/** What a page shows. `body` is HTML, made with {@link escapeHtml}. */
export type Page = {
  readonly zh: string;
  readonly en: string;
  readonly body: string;
  readonly sandbox: boolean;
  /** Seconds after which a browser loads the page anew. */
  readonly refreshSeconds?: number;
};

const SANDBOX_NOTE =
  '<p class="sandbox">沙箱：全部数据均为合成，与任何真实组织无关。<span class="en">Sandbox: every record is made up.</span></p>';

/** A page for people: Chinese first, readable without script, with nothing from anywhere else. */
export function htmlPage({ zh, en, body, sandbox, refreshSeconds }: Page): string {
  const refresh =
    refreshSeconds === undefined ? '' : `\n<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<title>${escapeHtml(zh)} ${escapeHtml(en)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(zh)}</h1>
<p class="en" lang="en">${escapeHtml(en)}</p>
${sandbox ? SANDBOX_NOTE : ''}
${body}
</body>
</html>
`;
}

/** Sends a page with its policy. */
export function sendPage(response: Response, status: number, page: Page): void {
  response
    .status(status)
    .set('content-security-policy', PAGE_POLICY)
    .set('x-content-type-options', 'nosniff')
    .set('referrer-policy', 'no-referrer')
    .type('text/html; charset=utf-8')
    .send(htmlPage(page));
}
