/**
 * A sentence for an operator, as data: its code, what is filled in, and the English text. It is plain JSON, so it can be
 * stored, sent and rendered again in another language.
 */
export interface Message {
  /** Stable: `source.unreachable`. */
  readonly code: string;
  /** Never a document's values, a secret, or a key that is not an ObjectId. */
  readonly params: Params;
  /** English; what a reader that does not know the code shows. */
  readonly text: string;
}

/** What can be filled in. A number gets thousands separators; a port or a year is given as text. */
export type Param = string | number | Message | readonly (string | Message)[];
export type Params = Readonly<Record<string, Param>>;

/** The same in both languages. */
export interface Words {
  readonly en: string;
  readonly ko: string;
}

type Innermost<Text extends string> = Text extends `${string}{${infer Rest}` ? Innermost<Rest> : Text;
type NameIn<Text extends string> = Text extends `${infer Name}|${string}`
  ? Name
  : Text extends `${string}"${string}`
    ? never
    : Text;
type PlaceBefore<Text extends string> = Text extends `${string}{${infer Rest}` ? NameIn<Innermost<Rest>> : never;
/** The names of a text's places: of `Gate {gate} waits` it is `gate`. */
type Places<Text extends string> = Text extends `${infer Before}}${infer Rest}`
  ? PlaceBefore<Before> | Places<Rest>
  : never;
/** The text itself when it has the same places as the other one; what does not compile otherwise. */
type WithPlacesOf<Other extends string, Text extends string> = [Places<Text>, Places<Other>] extends [
  Places<Other>,
  Places<Text>,
]
  ? Text
  : never;

/** Makes the message; every place must be filled in. */
type Make<Text extends string> = [Places<Text>] extends [never]
  ? () => Message
  : (params: { readonly [Name in Places<Text>]: Param }) => Message;

const words = new Map<string, Words>();

/**
 * Defines a message. `{name}` is a place; `{name|document|documents}` chooses a word by the number of that name, and
 * shows no number itself. Lists are joined by commas, whole sentences by spaces.
 *
 * @example
 * const isOver = message('run.isOver', { en: 'the run is {phase}', ko: '실행 상태: {phase}' });
 * isOver({ phase: 'aborted' }).text; // the run is aborted
 * @throws RangeError when the code is taken
 */
export function message<const En extends string, const Ko extends string>(
  code: string,
  { en, ko }: { readonly en: En; readonly ko: WithPlacesOf<En, Ko> },
): Make<En> & { readonly code: string } {
  define(code, { en, ko });
  const make = (params: Params = {}): Message => ({
    code,
    params,
    text: filled(en, params, (inner) => inner.text) ?? en,
  });
  return Object.assign(make as unknown as Make<En>, { code });
}

/** Words with their code, which never have anything to fill in: the meaning of a finding, the name of a column. */
export type Label = Words & { readonly code: string };

/**
 * Defines labels, `reference.orphans` and so on.
 * @throws RangeError when a code is taken
 */
export function labels<const Table extends Readonly<Record<string, Words>>>(
  room: string,
  table: Table,
): { readonly [Key in keyof Table]: Label } {
  const defined = Object.entries(table).map(([key, { en, ko }]) => {
    const code = `${room}.${key}`;
    define(code, { en, ko });
    return [key, { code, en, ko }];
  });
  return Object.fromEntries(defined);
}

/** A label as a message, or as part of one. */
export function labelled({ code, en }: Label): Message {
  return { code, params: {}, text: en };
}

function define(code: string, said: Words): void {
  if (words.has(code)) throw new RangeError(`two messages have the code ${code}`);
  words.set(code, said);
}

/** The code of a text that is not in the catalogue: an operator's own words, or what an older build stored. */
export const PLAIN = 'plain';

/** A text without a translation. */
export function plain(text: string): Message {
  return { code: PLAIN, params: {}, text };
}

/** A message as it is, a text as one without a translation. */
export function asMessage(said: Message | string): Message {
  return typeof said === 'string' ? plain(said) : said;
}

/** The message in Korean; null when this build does not know its code, or its params are of another shape. */
export function inKorean({ code, params }: Message): string | null {
  const ko = words.get(code)?.ko;
  return ko === undefined ? null : filled(ko, params, (inner) => inKorean(inner) ?? inner.text);
}

/** Every message that is loaded, by code. */
export function loadedMessages(): ReadonlyMap<string, Words> {
  return words;
}

const PLACE = /\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}/g;

/** Null when a place has nothing to fill it. */
function filled(text: string, params: Params, show: (inner: Message) => string): string | null {
  let isWhole = true;
  const shown = text.replace(PLACE, (_, name: string, one?: string, many?: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) isWhole = false;
    if (one !== undefined) return (value === 1 ? one : many)!;
    return value === undefined ? '' : shownParam(value, show);
  });
  return isWhole ? shown : null;
}

function shownParam(value: Param, show: (inner: Message) => string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return value.toLocaleString('en-US');
  if (!Array.isArray(value)) return show(value as Message);
  return value
    .map((one: string | Message) => (typeof one === 'string' ? one : show(one)))
    .reduce(
      (before: string, next: string) =>
        before === '' ? next : `${before}${/[.!?]$/.test(before) ? ' ' : ', '}${next}`,
      '',
    );
}
