import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts the browser of this machine, without what it asks of its maker by itself. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = PLACES.find((it) => existsSync(it));
  if (executablePath === undefined)
    throw new Error('there is no Chromium here: run this test by script/test, which installs it');
  const quiet = ['background-networking', 'component-update', 'sync', 'quic', 'gpu'];
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-first-run', ...quiet.map((it) => `--disable-${it}`)],
  });
}
