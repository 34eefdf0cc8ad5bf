import { escapeHtml } from './page.ts';

/** A name in both languages. */
type Bilingual = { readonly zh: string; readonly en: string };

/** A hub's state for people: no address, no figure of the machine. */
export type StatusView = {
  readonly hub: Bilingual;
  readonly region: string;
  readonly records: number;
  readonly subjects: number;
  /** Rows that wait for their department. */
  readonly quarantined: number;
  /** Versions that are accepted and not handed on yet. */
  readonly moving: number;
  /** `away`: Redis is there and does not answer; deliveries go on without it. */
  readonly queue: 'ready' | 'away' | 'direct';
  readonly sources: readonly {
    readonly title: Bilingual;
    readonly mode: 'collect' | 'live';
    readonly lastRunAt: Date | null;
    /** By its own promise; `overdue` degrades the hub. */
    readonly freshness: 'fresh' | 'stale' | 'overdue' | 'unpromised';
    /** A gate stopped its last run, which waits for a person. */
    readonly isWaiting: boolean;
  }[];
  readonly partners: readonly {
    readonly name: Bilingual;
    readonly waiting: number;
    readonly oldestPendingAt: Date | null;
  }[];
};

/** A delivery that waits for so long is worth a person's look. */
const LATE_MS = 3_600_000;

/** An instant as people in Asia/Shanghai write it. */
function said(at: Date | null): string {
  if (at === null) return '–';
  return at.toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
}

function stateOf(view: StatusView, now: Date): { state: 'ok' | 'degraded'; reasons: Bilingual[] } {
  const reasons: Bilingual[] = [];
  if (view.queue === 'away') {
    reasons.push({
      zh: '队列服务无应答，投递改为直接进行',
      en: 'the queue does not answer: delivered directly',
    });
  }
  for (const { name, oldestPendingAt } of view.partners) {
    if (oldestPendingAt === null || now.getTime() - oldestPendingAt.getTime() < LATE_MS) continue;
    reasons.push({
      zh: `发往${name.zh}的数据已等待一小时以上`,
      en: `data for ${name.en} have waited for more than an hour`,
    });
  }
  for (const { title, freshness, isWaiting } of view.sources) {
    if (freshness === 'overdue')
      reasons.push({ zh: `${title.zh}的数据已过期`, en: `the data of ${title.en} are overdue` });
    if (isWaiting)
      reasons.push({
        zh: `${title.zh}的归集批次被闸门拦下，等待处理`,
        en: `a run of ${title.en} was stopped and waits for a person`,
      });
  }
  return { state: reasons.length === 0 ? 'ok' : 'degraded', reasons };
}

const both = ({ zh, en }: Bilingual): string =>
  `${escapeHtml(zh)}<br><span class="en" lang="en">${escapeHtml(en)}</span>`;

function table(head: readonly string[], rows: readonly (readonly string[])[], narrow = false): string {
  const cells = (row: readonly string[]) => row.map((it) => `<td>${it}</td>`).join('');
  return `<div class="scroll"><table${narrow ? ' class="narrow"' : ''}><thead><tr>${head.map((it) => `<th>${it}</th>`).join('')}</tr></thead><tbody>
${rows.map((it) => `<tr>${cells(it)}</tr>`).join('\n')}
</tbody></table></div>`;
}

const count = (it: number): string => it.toLocaleString('en-US');

const QUEUE = {
  ready: '正常 ready',
  away: '无应答 away',
  direct: '直接投递 direct',
} as const satisfies Readonly<Record<StatusView['queue'], string>>;

const MODE = { collect: '归集 collected', live: '实时查询 asked live' } as const;

const FRESHNESS = {
  fresh: '新鲜 fresh',
  stale: '陈旧 stale',
  overdue: '过期 overdue',
  unpromised: '–',
} as const;

/** The state of a hub in Chinese first, from what is known now. */
export function statusBody(view: StatusView, now: Date): string {
  const { state, reasons } = stateOf(view, now);
  const word = state === 'ok' ? '运行正常 all well' : '降级运行 degraded';
  const why = reasons.length === 0 ? '' : `<ul>${reasons.map((it) => `<li>${both(it)}</li>`).join('')}</ul>`;
  const figures = [
    ['组织 organisations', count(view.subjects)],
    ['记录 records', count(view.records)],
    ['隔离待改 rows in quarantine', count(view.quarantined)],
    ['正在流转 versions on their way', count(view.moving)],
    ['队列 queue', QUEUE[view.queue]],
  ];
  const sources = view.sources.map((it) => [
    both(it.title),
    MODE[it.mode],
    said(it.lastRunAt),
    it.isWaiting ? '待处理 waits' : FRESHNESS[it.freshness],
  ]);
  const partners = view.partners.map((it) => [both(it.name), count(it.waiting), said(it.oldestPendingAt)]);
  return `<p><span class="state ${state}">${word}</span></p>${why}
<p>${escapeHtml(view.hub.zh)} · ${escapeHtml(view.region)} · ${said(now)} 北京时间 <span class="en" lang="en">${escapeHtml(view.hub.en)}; UTC+8</span></p>
<h2>概况 <span class="en">figures</span></h2>
${table(['项目 what', '数 figure'], figures, true)}
<h2>数据来源 <span class="en">sources</span></h2>
${sources.length === 0 ? '<p>无 none</p>' : table(['来源 source', '方式 how', '最近归集 last run', '状态 state'], sources)}
<h2>合作平台 <span class="en">partners</span></h2>
${partners.length === 0 ? '<p>无 none</p>' : table(['平台 platform', '待送 waiting', '最早等待自 oldest since'], partners)}
<p><small>本页每 30 秒刷新；机器读取 <code>/statusz</code>、<code>/metrics</code>。</small></p>`;
}

/** What the page says while the state cannot be read. */
export function statusDownBody(now: Date): string {
  return `<p><span class="state down">暂不可用 not available</span></p>
<p>当前读不到本平台的状态，请稍后再看。<span class="en" lang="en">The state cannot be read now.</span> ${said(now)}</p>`;
}
