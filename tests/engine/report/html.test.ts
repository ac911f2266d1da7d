import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { VERDICTS } from '../../../engine/messages/labels/report.ts';
import { inKorean, labelled, plain } from '../../../engine/messages/message.ts';
import { RUN_KINDS } from '../../../engine/messages/report/headings.ts';
import { titleOf } from '../../../engine/messages/report/notes.ts';
import { alreadyPaused } from '../../../engine/messages/workflows/refusals.ts';
import { collectReport, type Facts } from '../../../engine/report/facts/facts.ts';
import type { ReportMessages } from '../../../engine/report/facts/report-messages.ts';
import { COURSE } from '../../../engine/report/facts/run-record.ts';
import { htmlReport } from '../../../engine/report/html/page.ts';
import { saveFact } from '../../../engine/state/run/run-facts.ts';
import { plan } from '../../../stages/plan.ts';
import { writerOf } from '../../support/data/writers.ts';
import { openBrowser, openPage, type WatchedPage } from '../../support/servers/browser.ts';
import { platformOfDump } from '../moved-platform.ts';
import { colorsAndContrasts } from './contrast.ts';
import { course } from './eventful-course.ts';
import { verifyRun } from './verify-run.ts';

let browser: Browser;
let folder: string;
let facts: Facts;
let messages: ReportMessages;

beforeAll(async () => {
  const platform = await platformOfDump({ scale: 0.1 });
  const runId = await platform.move();
  await verifyRun(platform, runId);
  await saveFact(platform.target, writerOf({ runId }, 4), COURSE, course);
  ({ facts, messages } = await collectReport(platform.target, plan, runId));
  await platform.close();
  folder = await mkdtemp(join(tmpdir(), 'html-report-'));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

interface View {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  /** What the browser prefers. */
  readonly language?: string;
  readonly scripts?: boolean;
}

const files = new Map<string, string>();

/** The page of these facts, which is made once, however many readers it has. */
async function fileOf(of: Facts, said: ReportMessages): Promise<string> {
  const given = JSON.stringify([of, said]);
  const file = files.get(given) ?? join(folder, `report-${files.size}.html`);
  if (!files.has(given)) await writeFile(file, await htmlReport({ facts: of, messages: said }));
  files.set(given, file);
  return file;
}

/** Opens the report of some facts as a reader would, does something with it, and closes it. */
async function read<T>(
  of: Facts,
  view: View,
  look: (opened: WatchedPage) => Promise<T>,
  said: ReportMessages = messages,
): Promise<T> {
  const file = await fileOf(of, said);
  const opened = await openPage(browser);
  const { page } = opened;
  try {
    const { width = 1280, scheme = 'light', language = 'en-US', scripts = true } = view;
    const session = await page.createCDPSession();
    await session.send('Network.setUserAgentOverride', { userAgent: 'reader', acceptLanguage: language });
    await page.setJavaScriptEnabled(scripts);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width, height: 844 });
    await page.goto(pathToFileURL(file).href);
    return await look(opened);
  } finally {
    await page.close();
  }
}

/** The languages whose texts can be seen. */
const visibleLanguages = (page: Page) =>
  page.$$eval('body [lang]', (texts) => [
    ...new Set(
      texts.filter((text) => (text as HTMLElement).offsetParent !== null).map((text) => text.getAttribute('lang')),
    ),
  ]);

const VIEWS = [390, 1280].flatMap((width) =>
  (['light', 'dark'] as const).flatMap((scheme) => ['en-US', 'ko-KR'].map((language) => ({ width, scheme, language }))),
);

describe('the page', () => {
  test.each(VIEWS)('is whole at $width pixels, $scheme, for a reader of $language', async (view) => {
    await read(facts, view, async ({ page, troubles }) => {
      await page.$$eval('details', (all) => {
        for (const details of all) details.open = true;
      });
      const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(widths[0]).toBeLessThanOrEqual(widths[1]!);
      const drawn = await page.$$eval('.drawing', (drawings) =>
        drawings
          .map((drawing) => drawing.querySelector('svg')!.getBoundingClientRect())
          .map((box) => [box.width, box.height])
          .filter(([width]) => width! > 0),
      );
      expect(drawn).toHaveLength(1);
      expect(drawn[0]![0]).toBeGreaterThan(300);
      expect(drawn[0]![1]).toBeGreaterThan(150);
      const language = view.language.slice(0, 2);
      expect(await visibleLanguages(page)).toEqual([language]);
      expect(await page.$eval('html', (root) => root.lang)).toBe(language);
      const [day = ''] = /\d{4}-\d\d-\d\d/.exec(await page.title()) ?? [];
      const title = titleOf({ kind: labelled(RUN_KINDS.migration), day });
      expect(await page.title()).toBe(language === 'ko' ? inKorean(title) : title.text);
      const { texts, faint, background } = await page.evaluate(colorsAndContrasts);
      expect(texts).toBeGreaterThan(500);
      expect(faint).toEqual([]);
      expect(background > 128).toBe(view.scheme === 'light');
      expect(troubles).toEqual([]);
    });
  });

  test('says everything in both languages', async () => {
    await read(facts, {}, async ({ page }) => {
      const untranslated = await page.$$eval('.untranslated', (all) => all.map((one) => one.textContent));
      // The operator's own word is not translated.
      expect([...new Set(untranslated)]).toEqual(['점심']);
      const unpaired = await page.$$eval('main [lang=en]', (all) =>
        all.filter(
          (one) => one.nextElementSibling?.getAttribute('lang') !== 'ko' || one.nextElementSibling.textContent === '',
        ),
      );
      expect(unpaired).toHaveLength(0);
      const korean = await page.$$eval('main [lang=ko]', (all) => all.map((one) => one.textContent ?? ''));
      const plain = korean.filter((text) => !/[가-힣]/.test(text) && /[A-Za-z]{3}/.test(text));
      expect([...new Set(plain)].sort()).toEqual(['MongoDB', 'PostgreSQL']);
    });
  });

  test('says in English what an older build stored without its code', async () => {
    const older: ReportMessages = {
      verdict: { sentence: plain(facts.verdict.sentence), reasons: facts.verdict.reasons.map(plain) },
      timeline: [],
    };
    const look = async ({ page }: WatchedPage) =>
      page.$$eval('.untranslated', (all) => all.map((one) => one.textContent ?? ''));
    const untranslated = await read(facts, { language: 'ko-KR' }, look, older);
    expect(untranslated).toContain(facts.verdict.sentence);
    expect(untranslated).toContain(alreadyPaused().text);
  });

  test('has no link that leads nowhere, and no two places of one name', async () => {
    await read(facts, {}, async ({ page }) => {
      const { links, dead, twice } = await page.evaluate(() => {
        const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
        const hrefs = [...document.querySelectorAll('a')].map((a) => a.getAttribute('href') ?? '');
        return {
          links: hrefs.length,
          dead: hrefs.filter((href) => !href.startsWith('#') || !ids.includes(href.slice(1))),
          twice: ids.filter((id, i) => ids.indexOf(id) !== i),
        };
      });
      expect(links).toBeGreaterThan(40);
      expect({ dead, twice }).toEqual({ dead: [], twice: [] });
    });
  });

  test('leads from a cascade to its first cause, though that is folded away', async () => {
    await read(facts, {}, async ({ page }) => {
      const cascade = facts.quarantine.find(({ code }) => code === 'cascade')!.examples[0]!;
      const target = await page.evaluate((legacyId) => {
        const link = [...document.querySelectorAll('a[href^="#document-"]')].find((a) =>
          a.textContent!.includes(legacyId),
        )!;
        (link as HTMLElement).click();
        return document.querySelector(link.getAttribute('href')!)!.textContent;
      }, cascade.cause!.legacyId);
      expect(target).toContain(cascade.cause!.legacyId);
      const top = await page.waitForFunction(() => {
        const row = document.querySelector('tr:target');
        const box = row?.getBoundingClientRect();
        return box !== undefined && box.height > 0 && box.top >= 0 && box.top < window.innerHeight;
      });
      expect(await top.jsonValue()).toBe(true);
    });
  });

  test('is in English without scripts, and its switch works all the same', async () => {
    await read(facts, { scripts: false, language: 'ko-KR' }, async ({ page, troubles }) => {
      expect(await visibleLanguages(page)).toEqual(['en']);
      await page.click('label[for=ko]');
      expect(await visibleLanguages(page)).toEqual(['ko']);
      // That its script was held back is what is tried here.
      expect(troubles.filter((line) => line.startsWith('request'))).toEqual([]);
    });
  });

  test('shows the verdict before anything else, on a phone as well', async () => {
    await read(facts, { width: 390 }, async ({ page }) => {
      const top = await page.$eval('h1', (title) => title.getBoundingClientRect().bottom);
      expect(top).toBeLessThan(300);
      expect(await page.$eval('h1 [lang=en]', (title) => title.textContent)).toBe(VERDICTS.quarantined.en);
    });
  });

  test('is printed whole: nothing folded away, no switch', async () => {
    await read(facts, {}, async ({ page }) => {
      await page.emulateMediaType('print');
      await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
      expect(await page.$$eval('details:not([open])', (folded) => folded.length)).toBe(0);
      expect(await page.$eval('.languages', (one) => getComputedStyle(one).display)).toBe('none');
      expect((await page.pdf()).length).toBeGreaterThan(10_000);
    });
  });

  test('is shown for a run that has not begun, too', async () => {
    const empty = {
      ...facts,
      quarantine: [],
      findings: [],
      leftovers: [],
      course: { pace: [], timeline: [], forgotten: 0 },
    };
    const stages = facts.stages.map((stage) => ({ ...stage, totals: null, samples: [], state: null, seconds: null }));
    await read({ ...empty, stages }, { width: 390 }, async ({ page, troubles }) => {
      expect(await page.$$eval('main > section', (sections) => sections.length)).toBeGreaterThan(10);
      expect(troubles).toEqual([]);
    });
  });
});

describe('hostile texts', () => {
  const HOSTILE = [
    '<script>window.hacked = 1</script>',
    '"><img src="https://example.com/x" onerror="window.hacked = 1">',
    "' onclick='window.hacked = 1",
    '</style></code></table><h1>verified</h1>',
    '{{window.hacked = 1}}',
    '=HYPERLINK("https://example.com")',
    'a\u202etxt.exe\u0000\u001b[31m',
    '사용자'.repeat(200),
  ];

  /** Every text of the facts that data can have a part in, replaced. */
  function poisoned(value: unknown, poison: string): unknown {
    if (Array.isArray(value)) return value.map((one) => poisoned(one, poison));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        typeof inner === 'string' && FREE.includes(name) ? poison : poisoned(inner, poison),
      ]),
    );
  }
  const FREE = [
    'legacyId',
    'path',
    'constraint',
    'legacy',
    'prisma',
    'source',
    'detail',
    'refused',
    'by',
    'workflowId',
    'because',
  ];

  test.each(HOSTILE)('do nothing and are shown as they are: %j', async (poison) => {
    const plainChart = { ...facts, course: { ...facts.course, pace: course.pace } };
    const given = { ...(poisoned(plainChart, poison) as Facts), verdict: { ...facts.verdict, reasons: [poison] } };
    const said = { ...messages, verdict: { ...messages.verdict, reasons: [plain(poison)] } };
    await read(
      given,
      { width: 390 },
      async ({ page, troubles }) => {
        const seen = await page.evaluate(() => ({
          hacked: 'hacked' in window,
          scripts: document.querySelectorAll('script').length,
          strange: document.querySelectorAll('img, iframe, object, link, [onclick], [onerror]').length,
          titles: document.querySelectorAll('h1').length,
          width: document.documentElement.scrollWidth,
          text: document.querySelector('.reasons')!.textContent,
          steering: ['\u202e', '\u0000', '\u001b'].some((one) => document.body.textContent!.includes(one)),
        }));
        expect(seen).toMatchObject({ hacked: false, scripts: 1, strange: 0, titles: 1, width: 390, steering: false });
        expect(seen.text).toContain(poison.slice(0, 1));
        expect(troubles).toEqual([]);
      },
      said,
    );
  });
});
