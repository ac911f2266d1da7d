import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadedMessages } from '../../engine/messages/catalogue.ts';
import { projectFolder } from '../servers/project.ts';

/** A code in a comment, and the quotation after it. */
const QUOTED = /<!-- (\w+(?:\.\w+)+) -->(?:`` [\s\S]*? ``|`[^`]*`)/g;

/**
 * A page with its quotations of messages as the catalogue has them: `<!-- refused.isComplete -->` stands before each. What
 * is filled in is shown as `…`.
 * @throws Error for a code that no message has
 */
export async function withMessages(path: string): Promise<string> {
  const page = await readFile(join(projectFolder, path), 'utf8');
  return page.replace(QUOTED, (_, code: string) => `<!-- ${code} -->${quoted(code)}`);
}

function quoted(code: string): string {
  const said = loadedMessages().get(code);
  if (said === undefined) throw new Error(`No message has the code ${code}.`);
  const text = said.en.replace(/\{\w+(?:\|[^{}|]*\|([^{}|]*))?\}/g, (_, many?: string) => many ?? '…');
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
