import { loadedMessages } from '../../../engine/messages/message.ts';

const PLACE = /\\\{(\w+)(?:\\\|([^{}|]*)\\\|([^{}|]*))?\\\}/g;

/**
 * Matches a message's English inside a text, whatever its wording is.
 * @param fixed what is filled in where that matters; anything may stand in the other places
 * @example expect(reason).toMatch(saying(noSuchGate, { gate: 'venue' }))
 */
export function saying(
  { code }: { readonly code: string },
  fixed: Readonly<Record<string, string | number>> = {},
): RegExp {
  return new RegExp(pattern(code, fixed), 's');
}

function pattern(code: string, fixed: Readonly<Record<string, string | number>>): string {
  const { en } = loadedMessages().get(code)!;
  return escaped(en).replace(PLACE, (_, name: string, one?: string, many?: string) => {
    const value = fixed[name];
    if (one !== undefined) return value === undefined ? `(?:${one}|${many})` : (value === 1 ? one : many)!;
    if (value === undefined) return '.+';
    return escaped(typeof value === 'number' ? value.toLocaleString('en-US') : value);
  });
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
