/** A JSON value as its text says: numbers with every digit, objects with every key. */
export type Json = string | boolean | null | JsonNumber | Json[] | Map<string, Json>;

/** A number, as it is spelled. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const WORDS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const WORD = /[^\s,:{}[\]]+/y;

/**
 * Reads JSON as PostgreSQL writes it, at any depth without recursion. `JSON.parse` would round numbers.
 * @throws SyntaxError
 */
export function parseJson(text: string): Json {
  const outer: (Json[] | Map<string, Json>)[] = [];
  let name: string | null = null;
  let at = 0;
  while (at < text.length) {
    const level = outer.at(-1);
    const sign = text[at]!;
    let value: Json;
    if (sign === ' ' || sign === ',' || sign === ':' || sign === '\n' || sign === '\t' || sign === '\r') {
      at++;
      continue;
    }
    if (sign === '}' || sign === ']') {
      at++;
      outer.pop();
      if (outer.length === 0 && level !== undefined) return level;
      continue;
    }
    if (sign === '"') {
      const end = quoteEnd(text, at);
      const inner = text.slice(at + 1, end);
      const plain = inner.includes('\\') ? (JSON.parse(text.slice(at, end + 1)) as string) : inner;
      at = end + 1;
      if (level instanceof Map && name === null) {
        name = plain;
        continue;
      }
      value = plain;
    } else if (sign === '[' || sign === '{') {
      at++;
      value = sign === '[' ? [] : new Map();
    } else {
      WORD.lastIndex = at;
      const word = WORD.exec(text)![0];
      at += word.length;
      value = WORDS.has(word) ? WORDS.get(word)! : new JsonNumber(word);
    }
    if (level instanceof Map) level.set(name!, value);
    else level?.push(value);
    name = null;
    if (sign === '[' || sign === '{') outer.push(value as Json[] | Map<string, Json>);
    else if (level === undefined) return value;
  }
  throw new SyntaxError('no JSON');
}

/** The place of the quote that ends a string. @throws SyntaxError */
function quoteEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  throw new SyntaxError('no JSON');
}
