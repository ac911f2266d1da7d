import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { project } from '../support/scripts.ts';

/** A page written for people. */
export interface Page {
  /** From the project's folder. */
  readonly path: string;
  readonly text: string;
  /** What stands in backticks, and every line of the fenced blocks. */
  readonly code: readonly string[];
  readonly links: readonly string[];
  /** The anchors of its headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>;
}

/** Every Markdown page of the project's top folder, of docs/, and the one that describes reports/. */
export async function readPages(): Promise<readonly Page[]> {
  const names = async (folder: string) => (await readdir(join(project, folder))).filter((name) => name.endsWith('.md'));
  const top = await names('.');
  const docs = (await names('docs')).map((name) => `docs/${name}`);
  return Promise.all([...top, ...docs, 'reports/README.md'].sort().map(readPage));
}

async function readPage(path: string): Promise<Page> {
  const text = await readFile(join(project, path), 'utf8');
  const fenced = [...text.matchAll(/^ *```\w*\n(.*?)^ *```/gms)].map(([, block]) => block!);
  const prose = text.replaceAll(/^ *```\w*\n.*?^ *```/gms, '');
  return {
    path,
    text,
    code: [
      ...[...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!),
      ...fenced.flatMap((block) => block.split('\n')),
    ],
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!),
    anchors: new Set([...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!))),
  };
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}
