/// <reference lib="dom" />
// What tests ask of a page runs inside it, where there is a document.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import npmChromium from '@sparticuz/chromium';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
/** Root may not use the sandbox; the pages are our own. */
const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];

/**
 * A headless Chromium: the one that CHROMIUM_PATH names; else the one that the npm package `@sparticuz/chromium` brings
 * along (for Linux on x64), which is unpacked into the temporary folder once; else one on PATH.
 * @throws Error when none of them starts
 */
export async function openBrowser(): Promise<Browser> {
  const tried: string[] = [];
  for (const candidate of [named, packed, onPath]) {
    try {
      const executablePath = await candidate();
      if (executablePath === null) continue;
      tried.push(executablePath);
      return await puppeteer.launch({ executablePath, args: ARGS, headless: true, env: environment() });
    } catch (error) {
      tried.push((error as Error).message.split('\n')[0]!);
    }
  }
  throw new Error(
    `No Chromium starts here (${tried.join('; ')}): set CHROMIUM_PATH to one, or install one, for example by \`apt-get install chromium\`.`,
  );
}

const named = async () => process.env['CHROMIUM_PATH'] ?? null;

const packed = async () =>
  process.platform === 'linux' && process.arch === 'x64' ? npmChromium.executablePath() : null;

async function onPath(): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // The next one.
      }
    }
  }
  return null;
}

/** Jest's loader options are nothing for a browser's children. */
function environment(): Record<string, string> {
  const { NODE_OPTIONS: _, ...rest } = process.env as Record<string, string>;
  return rest;
}

/** A page and what went wrong on it: errors, lines on its console, and addresses that it asked for beside its own. */
export interface WatchedPage {
  readonly page: Page;
  readonly troubles: readonly string[];
}

export async function openPage(browser: Browser): Promise<WatchedPage> {
  const page = await browser.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => troubles.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`error: ${error}`));
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) troubles.push(`request: ${request.url()}`);
  });
  return { page, troubles };
}
