const WIDTH = 28;

/** Width of a text on a terminal: Chinese characters take two columns. */
function columns(text: string): number {
  return Array.from(text).reduce((sum, it) => sum + (/[\u1100-\uffe6]/.test(it) ? 2 : 1), 0);
}

function pad(text: string, width: number, right: boolean): string {
  const gap = ' '.repeat(Math.max(0, width - columns(text)));
  return right ? gap + text : text + gap;
}

/** Where progress and tables go: standard output, or standard error while standard output belongs to a machine. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream;
  #bar = false;
  #ended = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** One line of text. */
  say(text: string): void {
    this.#endBar();
    this.#stream.write(`${text}\n`);
  }

  /** The heading of a step. */
  step(number: number, text: string): void {
    this.say(`\n${number}. ${text}`);
  }

  /** A progress bar in place on a terminal; elsewhere only its end is printed. */
  progress(label: string, done: number, total: number): void {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const filled = Math.round(share * WIDTH);
    const line = `   ${pad(label, 26, false)} [${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${done}/${total}`;
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[K${line}`);
      this.#bar = true;
      if (share === 1) this.#endBar();
    } else if (share === 1 && line !== this.#ended) {
      this.#ended = line;
      this.#stream.write(`${line}\n`);
    }
  }

  #endBar(): void {
    if (this.#bar) this.#stream.write('\n');
    this.#bar = false;
  }

  /** A table; numbers stand right. */
  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    const texts = [head, ...rows.map((row) => row.map(String))];
    const widths = head.map((_, place) => Math.max(...texts.map((row) => columns(row[place] ?? ''))));
    const isNumber = head.map(
      (_, place) => rows.length > 0 && rows.every((row) => typeof row[place] === 'number'),
    );
    const line = (row: readonly string[]) =>
      row.map((cell, place) => pad(cell, widths[place] ?? 0, isNumber[place] ?? false)).join('  ');
    this.say(`   ${line(head)}`);
    this.say(`   ${widths.map((width) => '─'.repeat(width)).join('  ')}`);
    for (const row of texts.slice(1)) this.say(`   ${line(row)}`);
  }
}
